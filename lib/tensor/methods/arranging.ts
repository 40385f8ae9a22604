/**
 * The methods of Tensor that arrange elements anew, composed of those that move; each is the function
 * of the same name.
 */

import * as f from '../../functions/arranging.ts';
import type { PadOptions } from '../../functions/padding.ts';
import * as edges from '../../functions/padding.ts';
import type { Index } from '../../functions/slicing.ts';
import * as slicing from '../../functions/slicing.ts';
import type { Tensor } from '../tensor.ts';
import { MovementMethods } from './movement.ts';

type Shape = readonly number[];

export abstract class ArrangingMethods extends MovementMethods {
  /** As reshape; there is no memory to share, since tensors never change. */
  view(this: Tensor, shape: Shape): Tensor {
    return f.view(this, shape);
  }

  /** Dimensions moved to other places; the others keep their order. */
  movedim(this: Tensor, source: number | Shape, destination: number | Shape): Tensor {
    return f.movedim(this, source, destination);
  }

  /** This as often as `repeats` says along each dimension, new ones in front included. */
  repeat(this: Tensor, repeats: Shape): Tensor {
    return f.repeat(this, repeats);
  }

  /** As repeat, but fewer numbers than dimensions count from the last one. */
  tile(this: Tensor, repeats: Shape): Tensor {
    return f.tile(this, repeats);
  }

  /** Each element `times` times in a row along `dim`, or of all elements in order. */
  repeatInterleave(this: Tensor, times: number, dim?: number): Tensor {
    return f.repeatInterleave(this, times, dim);
  }

  /** Elements moved along `dims`; what leaves at the end comes back in front. */
  roll(this: Tensor, shifts: number | Shape, dims?: number | Shape): Tensor {
    return f.roll(this, shifts, dims);
  }

  /** The elements x[i][i + offset] of two dimensions, as a new last one. */
  diagonal(this: Tensor, offset?: number, dim1?: number, dim2?: number): Tensor {
    return f.diagonal(this, offset, dim1, dim2);
  }

  /** A matrix with this vector on diagonal `k`, or of this matrix that diagonal. */
  diag(this: Tensor, k?: number): Tensor {
    return f.diag(this, k);
  }

  /** All products of an element of this vector and one of the other. */
  outer(this: Tensor, other: Tensor): Tensor {
    return f.outer(this, other);
  }

  /** This with elements added at both ends of its last dimensions: `[left, right, top, bottom, …]`. */
  pad(this: Tensor, padding: readonly number[], options?: PadOptions): Tensor {
    return edges.pad(this, padding, options);
  }

  /** Parts of this: `x.index(0, [1, 3], null, '...')` is Python's `x[0, 1:3, None, ...]`. */
  index(this: Tensor, ...indices: Index[]): Tensor {
    return slicing.index(this, ...indices);
  }
}
