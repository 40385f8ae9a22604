/** Whole numbers, signs, remainders, and telling numbers from what is none. */

import { publicOp } from '../forbid.ts';
import { apply, castTo, checkTensor, type Operand, unify } from '../tensor/apply.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { abs, div, eq, gt, logicalAnd, lt, ne, neg, sub, where } from './arithmetic.ts';

type Unary = (x: Tensor) => Tensor;
type Binary = (a: Operand, b: Operand) => Tensor;

/** Rounding: integers and bools are whole already. */
function rounding(name: 'floor' | 'ceil' | 'round'): Unary {
  return publicOp(name, (x: Tensor): Tensor => {
    checkTensor(name, x);
    return isFloat(x.dtype) ? apply(name, [x], {}) : x;
  });
}

/** The largest whole number that is not above x. */
export const floor: Unary = rounding('floor');
/** The smallest whole number that is not below x. */
export const ceil: Unary = rounding('ceil');
/** The nearest whole number; of two equally near the even one. */
export const round: Unary = rounding('round');

/** x without its fraction. */
export const trunc: Unary = publicOp('trunc', (x: Tensor): Tensor => {
  checkTensor('trunc', x);
  return where(lt(x, 0), ceil(x), floor(x));
});

/** −1, 0 or 1, of x's type; 0 for NaN. */
export const sign: Unary = publicOp('sign', (x: Tensor): Tensor => {
  checkTensor('sign', x);
  if (isFloat(x.dtype)) return apply('sign', [x], {});
  if (x.dtype === 'bool') return x;
  return castTo(sub(castTo(gt(x, 0), 'int32'), castTo(lt(x, 0), 'int32')), x.dtype);
});

/** Whether an element is NaN; bool. */
export const isnan: Unary = publicOp('isnan', (x: Tensor): Tensor => ne(x, x));

/** Whether an element is ∞ or −∞; bool. */
export const isinf: Unary = publicOp('isinf', (x: Tensor): Tensor => {
  checkTensor('isinf', x);
  return eq(abs(countable(x)), Infinity);
});

/** Whether an element is a number other than ±∞; bool. */
export const isfinite: Unary = publicOp('isfinite', (x: Tensor): Tensor => {
  checkTensor('isfinite', x);
  return lt(abs(countable(x)), Infinity);
});

/**
 * What division towards −∞ leaves over: a − b·⌊a / b⌋, of the sign of b (Python's %). By 0 it is
 * NaN; of integers it is 0, where PyTorch throws.
 */
export const remainder: Binary = publicOp('remainder', (a: Operand, b: Operand): Tensor => {
  const [x, y] = unify('remainder', [a, b]).map(countable) as [Tensor, Tensor];
  const rest = apply('fmod', [x, y], {});
  const otherSign = ne(lt(rest, 0), lt(y, 0));
  return where(logicalAnd(ne(rest, 0), otherSign), rest.add(y), rest);
});

/**
 * ⌊a / b⌋ in the type of a and b. An integer by 0 gives 0, where PyTorch throws. Nothing flows back
 * through it.
 */
export const floorDivide: Binary = publicOp('floorDivide', (a: Operand, b: Operand): Tensor => {
  const [x, y] = unify('floorDivide', [a, b]).map(countable) as [Tensor, Tensor];
  if (isFloat(x.dtype)) return flooredQuotient(x, y);
  // ONNX Runtime's process dies of integers divided by 0, and of the smallest by −1
  const [isZero, isMinusOne] = [eq(y, 0), eq(y, -1)];
  const divisor = where(isZero, 1, where(isMinusOne, 1, y));
  const rest = apply('fmod', [x, divisor], {});
  const towardsZero = apply('div', [sub(x, rest), divisor], {});
  const isTooLarge = logicalAnd(ne(rest, 0), ne(lt(rest, 0), lt(divisor, 0)));
  const quotient = where(isTooLarge, sub(towardsZero, 1), towardsZero);
  return where(isZero, 0, where(isMinusOne, neg(x), quotient));
});

/** By way of the remainder, so that a/b just below a whole number is not rounded up to it. */
function flooredQuotient(x: Tensor, y: Tensor): Tensor {
  const rest = apply('fmod', [x, y], {});
  const quotient = div(sub(x, rest), y);
  const otherSign = logicalAnd(ne(rest, 0), ne(lt(rest, 0), lt(y, 0)));
  const whole = round(where(otherSign, sub(quotient, 1), quotient));
  return where(eq(y, 0), div(x, y), whole);
}

const countable = (x: Tensor): Tensor => (x.dtype === 'bool' ? castTo(x, 'int64') : x);
