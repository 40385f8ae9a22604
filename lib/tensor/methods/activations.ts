/**
 * The methods of Tensor that bend, round and tell kinds of numbers, element by element; each is the
 * function of the same name.
 */

import * as f from '../../functions/activations.ts';
import * as rounding from '../../functions/rounding.ts';
import type { Operand } from '../apply.ts';
import type { Tensor } from '../tensor.ts';
import { ElementwiseMethods } from './elementwise.ts';

export abstract class ActivationMethods extends ElementwiseMethods {
  /** The largest whole number that is not above x. */
  floor(this: Tensor): Tensor {
    return rounding.floor(this);
  }

  /** The smallest whole number that is not below x. */
  ceil(this: Tensor): Tensor {
    return rounding.ceil(this);
  }

  /** The nearest whole number; of two equally near the even one. */
  round(this: Tensor): Tensor {
    return rounding.round(this);
  }

  /** x without its fraction. */
  trunc(this: Tensor): Tensor {
    return rounding.trunc(this);
  }

  /** −1, 0 or 1. */
  sign(this: Tensor): Tensor {
    return rounding.sign(this);
  }

  /** Whether an element is NaN; bool. */
  isnan(this: Tensor): Tensor {
    return rounding.isnan(this);
  }

  /** Whether an element is ±∞; bool. */
  isinf(this: Tensor): Tensor {
    return rounding.isinf(this);
  }

  /** Whether an element is a number other than ±∞; bool. */
  isfinite(this: Tensor): Tensor {
    return rounding.isfinite(this);
  }

  /** What division towards −∞ leaves over, of the sign of `other` (Python's %). */
  remainder(this: Tensor, other: Operand): Tensor {
    return rounding.remainder(this, other);
  }

  /** ⌊this / other⌋, in their type. */
  floorDivide(this: Tensor, other: Operand): Tensor {
    return rounding.floorDivide(this, other);
  }

  /** x · Φ(x), the Gaussian error linear unit. */
  gelu(this: Tensor, options?: f.GeluOptions): Tensor {
    return f.gelu(this, options);
  }

  /** x · sigmoid(x). */
  silu(this: Tensor): Tensor {
    return f.silu(this);
  }

  /** log(1 + e^(βx)) / β, a smooth relu. */
  softplus(this: Tensor, options?: { beta?: number; threshold?: number }): Tensor {
    return f.softplus(this, options);
  }

  /** The logarithm of sigmoid(x), without underflow. */
  logSigmoid(this: Tensor): Tensor {
    return f.logSigmoid(this);
  }

  /** x above 0, and α(eˣ − 1) below. */
  elu(this: Tensor, options?: { alpha?: number }): Tensor {
    return f.elu(this, options);
  }

  /** x above 0, and a small multiple of x below. */
  leakyRelu(this: Tensor, options?: { negativeSlope?: number }): Tensor {
    return f.leakyRelu(this, options);
  }
}
