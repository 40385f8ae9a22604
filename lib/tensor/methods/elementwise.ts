/** The methods of Tensor that work element by element; each is the function of the same name. */

import * as f from '../../functions/arithmetic.ts';
import type { Operand } from '../apply.ts';
import type { DType } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';

export abstract class ElementwiseMethods {
  /** this + other, element by element. */
  add(this: Tensor, other: Operand): Tensor {
    return f.add(this, other);
  }

  /** this − other, element by element. */
  sub(this: Tensor, other: Operand): Tensor {
    return f.sub(this, other);
  }

  /** this · other, element by element (the matrix product is `matmul`). */
  mul(this: Tensor, other: Operand): Tensor {
    return f.mul(this, other);
  }

  /** this / other, element by element; of integers float32. */
  div(this: Tensor, other: Operand): Tensor {
    return f.div(this, other);
  }

  /** this to the power of the exponent, element by element. */
  pow(this: Tensor, exponent: Operand): Tensor {
    return f.pow(this, exponent);
  }

  /** The larger of two elements; NaN if either is. */
  maximum(this: Tensor, other: Operand): Tensor {
    return f.maximum(this, other);
  }

  /** The smaller of two elements; NaN if either is. */
  minimum(this: Tensor, other: Operand): Tensor {
    return f.minimum(this, other);
  }

  /** Whether this = other; bool. */
  eq(this: Tensor, other: Operand): Tensor {
    return f.eq(this, other);
  }

  /** Whether this ≠ other; bool. */
  ne(this: Tensor, other: Operand): Tensor {
    return f.ne(this, other);
  }

  /** Whether this < other; bool. */
  lt(this: Tensor, other: Operand): Tensor {
    return f.lt(this, other);
  }

  /** Whether this ≤ other; bool. */
  le(this: Tensor, other: Operand): Tensor {
    return f.le(this, other);
  }

  /** Whether this > other; bool. */
  gt(this: Tensor, other: Operand): Tensor {
    return f.gt(this, other);
  }

  /** Whether this ≥ other; bool. */
  ge(this: Tensor, other: Operand): Tensor {
    return f.ge(this, other);
  }

  /** Whether an element is zero; bool. */
  logicalNot(this: Tensor): Tensor {
    return f.logicalNot(this);
  }

  /** Whether both are not zero; bool. */
  logicalAnd(this: Tensor, other: Operand): Tensor {
    return f.logicalAnd(this, other);
  }

  /** Whether at least one is not zero; bool. */
  logicalOr(this: Tensor, other: Operand): Tensor {
    return f.logicalOr(this, other);
  }

  /** −x. */
  neg(this: Tensor): Tensor {
    return f.neg(this);
  }

  /** |x|. */
  abs(this: Tensor): Tensor {
    return f.abs(this);
  }

  /** e to the power x. */
  exp(this: Tensor): Tensor {
    return f.exp(this);
  }

  /** The natural logarithm; −Infinity at 0, NaN below. */
  log(this: Tensor): Tensor {
    return f.log(this);
  }

  /** The square root; NaN below 0. */
  sqrt(this: Tensor): Tensor {
    return f.sqrt(this);
  }

  /** Sine of an angle in radians. */
  sin(this: Tensor): Tensor {
    return f.sin(this);
  }

  /** Cosine of an angle in radians. */
  cos(this: Tensor): Tensor {
    return f.cos(this);
  }

  /** Hyperbolic tangent. */
  tanh(this: Tensor): Tensor {
    return f.tanh(this);
  }

  /** 1 / (1 + e^(−x)). */
  sigmoid(this: Tensor): Tensor {
    return f.sigmoid(this);
  }

  /** The error function. */
  erf(this: Tensor): Tensor {
    return f.erf(this);
  }

  /** max(x, 0). */
  relu(this: Tensor): Tensor {
    return f.relu(this);
  }

  /** x². */
  square(this: Tensor): Tensor {
    return f.square(this);
  }

  /** eˣ − 1, exact for small x too. */
  expm1(this: Tensor): Tensor {
    return f.expm1(this);
  }

  /** log(1 + x), exact for small x too. */
  log1p(this: Tensor): Tensor {
    return f.log1p(this);
  }

  /** The logarithm to base 2. */
  log2(this: Tensor): Tensor {
    return f.log2(this);
  }

  /** The logarithm to base 10. */
  log10(this: Tensor): Tensor {
    return f.log10(this);
  }

  /** 2 to the power x. */
  exp2(this: Tensor): Tensor {
    return f.exp2(this);
  }

  /** 1 / √x. */
  rsqrt(this: Tensor): Tensor {
    return f.rsqrt(this);
  }

  /** 1 / x. */
  reciprocal(this: Tensor): Tensor {
    return f.reciprocal(this);
  }

  /** x, but no less than `min` and no more than `max`; either may be left out. */
  clamp(this: Tensor, min?: number | Tensor, max?: number | Tensor): Tensor {
    return f.clamp(this, min, max);
  }

  /** The elements as another type: integers cut towards zero, bool is "not zero". */
  cast(this: Tensor, dtype: DType): Tensor {
    return f.cast(this, dtype);
  }

  /** x with `value` wherever the mask is true; both broadcast. */
  maskedFill(this: Tensor, mask: Tensor, value: Operand): Tensor {
    return f.maskedFill(this, mask, value);
  }
}
