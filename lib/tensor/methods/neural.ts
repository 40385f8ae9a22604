/** The methods of Tensor for products and networks; each is the function of the same name. */

import type { LayerNormOptions, RmsNormOptions } from '../../functions/neural.ts';
import * as f from '../../functions/neural.ts';
import type { Tensor } from '../tensor.ts';
import { ReductionMethods } from './reduction.ts';

export abstract class NeuralMethods extends ReductionMethods {
  /** The product of matrices, `[..., m, k] · [..., k, n] → [..., m, n]`. */
  matmul(this: Tensor, other: Tensor): Tensor {
    return f.matmul(this, other);
  }

  /** The dot product of two vectors of one length. */
  dot(this: Tensor, other: Tensor): Tensor {
    return f.dot(this, other);
  }

  /** eˣ / Σ eˣ along `dim`: positive numbers that sum to 1. */
  softmax(this: Tensor, dim: number): Tensor {
    return f.softmax(this, dim);
  }

  /** The logarithm of softmax along `dim`, without underflow. */
  logSoftmax(this: Tensor, dim: number): Tensor {
    return f.logSoftmax(this, dim);
  }

  /** Each vector along the last dimension moved to mean 0 and scaled to variance 1. */
  layerNorm(this: Tensor, options?: LayerNormOptions): Tensor {
    return f.layerNorm(this, options);
  }

  /** Each vector along the last dimension divided by the root of the mean of its squares. */
  rmsNorm(this: Tensor, options?: RmsNormOptions): Tensor {
    return f.rmsNorm(this, options);
  }

  /** cos of the angle between vectors along `dim` (the last where left out). */
  cosineSimilarity(this: Tensor, other: Tensor, options?: { dim?: number }): Tensor {
    return f.cosineSimilarity(this, other, options);
  }
}
