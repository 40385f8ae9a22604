/** Arithmetic, comparisons and functions of single elements. Shapes broadcast as in NumPy. */

import { publicOp } from '../forbid.ts';
import type { Attributes, None, OpName } from '../ops/record.ts';
import {
  apply,
  asFloat,
  castTo,
  checkTensor,
  type Operand,
  scalar,
  unify,
} from '../tensor/apply.ts';
import { checkDType, checkFits, type DType, isFloat, nearestIn } from '../tensor/dtype.ts';
import { DTypeError, LibraryError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The operations whose records take no attributes. */
type Plain = { [K in OpName]: Attributes[K] extends None ? K : never }[OpName];

type Unary = (x: Tensor) => Tensor;
type Binary = (a: Operand, b: Operand) => Tensor;

/** A function of float elements; integers are converted to float32 first. */
function floatUnary(name: Plain): Unary {
  return publicOp(name, (x: Tensor): Tensor => {
    checkTensor(name, x);
    return apply(name, [asFloat(x)], {});
  });
}

/** neg and abs: integers stay integers. */
function signedUnary(name: Plain): Unary {
  return publicOp(name, (x: Tensor): Tensor => {
    checkTensor(name, x);
    return apply(name, [x], {});
  });
}

/** Arithmetic on two operands of one type; bools count as 0 and 1. */
function arithmetic(name: Plain): Binary {
  return publicOp(name, (a: Operand, b: Operand): Tensor => {
    const operands = unify(name, [a, b]);
    return apply(name, operands.map(countable), {});
  });
}

/** Bools as int64. */
const countable = (x: Tensor): Tensor => (x.dtype === 'bool' ? castTo(x, 'int64') : x);

/** A comparison: the result is bool. */
function comparison(name: string, primitive: Plain, swapped = false): Binary {
  return publicOp(name, (a: Operand, b: Operand): Tensor => {
    const operands = unify(name, [a, b]);
    return apply(primitive, swapped ? operands.reverse() : operands, {});
  });
}

/** A logical operation; numbers count as "not zero". */
function logical(name: Plain): Binary {
  return publicOp(name, (a: Operand, b: Operand): Tensor => {
    const operands = unify(name, [a, b]).map((x) => castTo(x, 'bool'));
    return apply(name, operands, {});
  });
}

/**
 * a + b, element by element. Bools count as the integers 0 and 1, here and below; PyTorch's sum of
 * bools is "or", its product "and", and it has no difference of them.
 */
export const add: Binary = arithmetic('add');
/** a − b, element by element. */
export const sub: Binary = arithmetic('sub');
/** a · b, element by element (the matrix product is {@link matmul}). */
export const mul: Binary = arithmetic('mul');
/** a / b, element by element; of integers float32. */
export const div: Binary = publicOp('div', (a: Operand, b: Operand): Tensor => {
  return apply('div', unify('div', [a, b]).map(asFloat), {});
});
/**
 * a to the power b, element by element. Of integers an integer, exact up to 2^53: a power below 1 is
 * cut to 0, but a negative exponent that is a plain number is an error, as in PyTorch. (There 2.0
 * makes integers floats; JavaScript does not tell it from 2.)
 */
export const pow: Binary = publicOp('pow', (a: Operand, b: Operand): Tensor => {
  const [x, y] = unify('pow', [a, b]).map(countable) as [Tensor, Tensor];
  if (isFloat(x.dtype) || (typeof b === 'number' && b >= 0)) return apply('pow', [x, y], {});
  if (typeof b === 'number') {
    throw new DTypeError(`pow: ${x.dtype} to the power ${b} is not whole; cast('float32') first`);
  }
  const isBelowOne = logicalAnd(lt(y, 0), ne(abs(x), 1));
  return apply('pow', [where(isBelowOne, 0, x), abs(y)], {});
});
/** The larger of two elements; NaN if either is. */
export const maximum: Binary = arithmetic('maximum');
/** The smaller of two elements; NaN if either is. */
export const minimum: Binary = arithmetic('minimum');

/** Whether a = b. */
export const eq: Binary = comparison('eq', 'eq');
/** Whether a < b. */
export const lt: Binary = comparison('lt', 'lt');
/** Whether a ≤ b. */
export const le: Binary = comparison('le', 'le');
/** Whether a > b. */
export const gt: Binary = comparison('gt', 'lt', true);
/** Whether a ≥ b. */
export const ge: Binary = comparison('ge', 'le', true);
/** Whether a ≠ b. */
export const ne: Binary = publicOp('ne', (a: Operand, b: Operand): Tensor => {
  return apply('logicalNot', [apply('eq', unify('ne', [a, b]), {})], {});
});

/** Whether both are not zero. */
export const logicalAnd: Binary = logical('logicalAnd');
/** Whether at least one is not zero. */
export const logicalOr: Binary = logical('logicalOr');
/** Whether an element is zero. */
export const logicalNot: Unary = publicOp('logicalNot', (x: Tensor): Tensor => {
  checkTensor('logicalNot', x);
  return apply('logicalNot', [castTo(x, 'bool')], {});
});

/** −x. */
export const neg: Unary = signedUnary('neg');
/** |x|. */
export const abs: Unary = signedUnary('abs');
/** e to the power x. */
export const exp: Unary = floatUnary('exp');
/** The natural logarithm; −Infinity at 0, NaN below. */
export const log: Unary = floatUnary('log');
/** The square root; NaN below 0. */
export const sqrt: Unary = floatUnary('sqrt');
/** eˣ − 1, exact for small x too. */
export const expm1: Unary = floatUnary('expm1');
/** log(1 + x), exact for small x too. */
export const log1p: Unary = floatUnary('log1p');
/** Sine of an angle in radians. */
export const sin: Unary = floatUnary('sin');
/** Cosine of an angle in radians. */
export const cos: Unary = floatUnary('cos');
/** Hyperbolic tangent. */
export const tanh: Unary = floatUnary('tanh');
/** 1 / (1 + e^(−x)). */
export const sigmoid: Unary = floatUnary('sigmoid');
/** The error function. */
export const erf: Unary = floatUnary('erf');
/** max(x, 0), with slope 0 at 0; integers stay integers. */
export const relu: Unary = publicOp('relu', (x: Tensor): Tensor => {
  checkTensor('relu', x);
  return isFloat(x.dtype) ? apply('relu', [x], {}) : maximum(x, 0);
});

/** x². */
export const square: Unary = publicOp('square', (x: Tensor): Tensor => mul(x, x));

/** 1 / √x. */
export const rsqrt: Unary = publicOp('rsqrt', (x: Tensor): Tensor => div(1, sqrt(x)));

/** 2 to the power x. */
export const exp2: Unary = publicOp('exp2', (x: Tensor): Tensor => {
  checkTensor('exp2', x);
  return pow(2, asFloat(x));
});

/** The logarithm to base 2. */
export const log2: Unary = publicOp('log2', (x: Tensor): Tensor => div(log(x), Math.LN2));

/** The logarithm to base 10. */
export const log10: Unary = publicOp('log10', (x: Tensor): Tensor => div(log(x), Math.LN10));

/** 1 / x. */
export const reciprocal: Unary = publicOp('reciprocal', (x: Tensor): Tensor => div(1, x));

/**
 * The elements as another type: integers cut towards zero and wrap round, bool is "not zero". NaN
 * and numbers that do not fit become some integer or other.
 */
export const cast = publicOp('cast', (x: Tensor, dtype: DType): Tensor => {
  checkTensor('cast', x);
  checkDType('cast', dtype);
  return castTo(x, dtype);
});

/**
 * Elements of `a` where the condition holds (is not zero, where it is not bool), else of `b`; all
 * three broadcast. Of two plain numbers the result is float32, where PyTorch asks whether they are
 * whole; of two booleans bool.
 */
export const where = publicOp('where', (condition: Tensor, a: Operand, b: Operand): Tensor => {
  checkTensor('where', condition);
  return chosen('where', condition, a, b);
});

function chosen(op: string, condition: Tensor, a: Operand, b: Operand): Tensor {
  const operands = [a, b];
  const plain = operands.filter((x) => typeof x !== 'object');
  const both = plain.every((x) => typeof x === 'boolean') ? 'bool' : 'float32';
  const [x, y] =
    plain.length === 2 ? plain.map((value) => scalar(value, both)) : unify(op, operands);
  for (const value of plain) checkFits(op, Number(value), x!.dtype);
  return apply('where', [castTo(condition, 'bool'), x!, y!], {});
}

/**
 * x, but no less than `min` and no more than `max`; either may be left out. Where min is above max,
 * it is max. At a bound that is a number the slope is 1, as PyTorch has it where one is given; where
 * both are, it has 0.
 */
export const clamp = publicOp(
  'clamp',
  (x: Tensor, min?: number | Tensor, max?: number | Tensor): Tensor => {
    checkTensor('clamp', x);
    if (min === undefined && max === undefined) {
      throw new LibraryError('clamp: needs a lower bound, an upper one, or both: x.clamp(0, 1)');
    }
    const raised = min === undefined ? x : bounded(x, min, lt, maximum);
    return max === undefined ? raised : bounded(raised, max, gt, minimum);
  },
);

/** x within one bound; NaN where the bound is NaN. */
function bounded(x: Tensor, bound: number | Tensor, isBeyond: Binary, extreme: Binary): Tensor {
  if (typeof bound !== 'number' || Number.isNaN(bound)) return extreme(x, bound);
  const reachable = nearestIn(x.dtype, bound);
  const own = Number.isInteger(bound) ? reachable : bound; // 0.5 makes integers float32
  return where(isBeyond(x, own), own, x);
}

/**
 * x with `value` wherever the mask is true (not zero, where it is not bool); both broadcast. A value
 * of a wider kind widens the type, as 0.5 or −Infinity integers, where PyTorch cuts or refuses it.
 */
export const maskedFill = publicOp(
  'maskedFill',
  (x: Tensor, mask: Tensor, value: Operand): Tensor => {
    checkTensor('maskedFill', x);
    checkTensor('maskedFill', mask);
    return chosen('maskedFill', mask, value, x);
  },
);
