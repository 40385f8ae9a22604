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
import { type DType, dtypes } from '../tensor/dtype.ts';
import { DTypeError } from '../tensor/errors.ts';
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

/** a + b, element by element. */
export const add: Binary = arithmetic('add');
/** a − b, element by element. */
export const sub: Binary = arithmetic('sub');
/** a · b, element by element (the matrix product is {@link matmul}). */
export const mul: Binary = arithmetic('mul');
/** a / b, element by element; of integers float32. */
export const div: Binary = publicOp('div', (a: Operand, b: Operand): Tensor => {
  return apply('div', unify('div', [a, b]).map(asFloat), {});
});
/** a to the power b, element by element. */
export const pow: Binary = arithmetic('pow');
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
/** max(x, 0), with slope 0 at 0. */
export const relu: Unary = floatUnary('relu');

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
  if (!dtypes.includes(dtype)) {
    throw new DTypeError(`cast: no type '${dtype}'; there are ${dtypes.join(', ')}`);
  }
  return castTo(x, dtype);
});

/** Elements of `a` where the condition holds, else of `b`; all three broadcast. */
export const where = publicOp('where', (condition: Tensor, a: Operand, b: Operand): Tensor => {
  checkTensor('where', condition);
  const bothPlain = typeof a !== 'object' && typeof b !== 'object';
  const [x, y] = bothPlain ? [scalar(a, 'float32'), scalar(b, 'float32')] : unify('where', [a, b]);
  return apply('where', [castTo(condition, 'bool'), x!, y!], {});
});

/** x, but no less than `min` and no more than `max`; either may be left out. */
export const clamp = publicOp('clamp', (x: Tensor, min?: number, max?: number): Tensor => {
  checkTensor('clamp', x);
  const raised = min === undefined ? x : where(lt(x, min), min, x);
  return max === undefined ? raised : where(gt(raised, max), max, raised);
});

/** x with `value` wherever the mask is true. The mask broadcasts to x. */
export const maskedFill = publicOp(
  'maskedFill',
  (x: Tensor, mask: Tensor, value: number): Tensor => {
    checkTensor('maskedFill', x);
    checkTensor('maskedFill', mask);
    return where(mask, value, x);
  },
);
