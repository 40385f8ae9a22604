/** What floats are like as a whole: their mean, spread, length, and sum in logarithms. */

import { publicOp } from '../forbid.ts';
import { castTo, checkTensor } from '../tensor/apply.ts';
import { computeType, isFloat } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { dimIndices, numelOf, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { abs, div, eq, exp, log, mul, pow, sqrt, sub } from './arithmetic.ts';
import { type Dims, finish, max, min, type ReduceOptions, sum } from './reduction.ts';
import { sign } from './rounding.ts';

export interface VarianceOptions extends ReduceOptions {
  /**
   * What is taken off the count before dividing by it: 1 for the unbiased estimate, 0 for the plain
   * mean.
   */
  correction?: number;
}

/** The mean. */
export const mean = publicOp('mean', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkFloat('mean', x);
  const dims = dimIndices('mean', dim, x.shape);
  return computed(x, (wide) => div(sum(wide, dims, options), count(x, dims)));
});

/**
 * The variance: the sum of squared distances from the mean over the count less `correction`; where
 * that is 0 it is NaN.
 */
export const variance = publicOp(
  'var',
  (x: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor => {
    checkFloat('var', x);
    const dims = dimIndices('var', dim, x.shape);
    const freedom = Math.max(0, count(x, dims) - (options.correction ?? 1));
    return computed(x, (wide) => {
      const centred = sub(wide, mean(wide, dims, { keepdim: true }));
      return div(sum(mul(centred, centred), dims, options), freedom);
    });
  },
);

/** The standard deviation. Of equal elements its gradient is 0. */
export const std = publicOp('std', (x: Tensor, dim?: Dims, options?: VarianceOptions): Tensor => {
  checkFloat('std', x);
  const dims = dimIndices('std', dim, x.shape);
  return computed(x, (wide) => flatAtZero(variance(wide, dims, options), sqrt));
});

export interface NormOptions extends ReduceOptions {
  /** (Σ|x|ᵖ)^(1/p): 2 for length, 1 for city blocks, Infinity for the largest, 0 counts. */
  p?: number;
}

/** The length of the vectors along `dim`: √Σx², or another p-norm. Its gradient at 0 is 0. */
export const norm = publicOp('norm', (x: Tensor, dim?: Dims, options: NormOptions = {}): Tensor => {
  checkFloat('norm', x);
  const dims = dimIndices('norm', dim, x.shape);
  return computed(x, (wide) => normOf(wide, dims, options));
});

function normOf(x: Tensor, dim: readonly number[], options: NormOptions): Tensor {
  const { p = 2 } = options;
  if (p === Infinity) return max(abs(x), dim, options);
  if (p === -Infinity) return min(abs(x), dim, options);
  if (p === 0) return sum(abs(sign(x)), dim, options); // how many are not 0
  if (p === 1) return sum(abs(x), dim, options);
  if (p === 2) return flatAtZero(sum(mul(x, x), dim, options), sqrt);
  if (p < 0 && count(x, dim) === 0) {
    throw new ShapeError(`norm: with p = ${p} there is none of nothing, ${show(x.shape)}`);
  }
  const zero = eq(x, 0); // where the power may be infinitely steep
  const powers = pow(abs(x).maskedFill(zero, 1), p).maskedFill(zero, 0 ** p);
  return flatAtZero(sum(powers, dim, options), (total) => pow(total, 1 / p));
}

/** f(x), but at 0, where f is 0 and infinitely steep, with slope 0. */
function flatAtZero(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const zero = eq(x, 0);
  return f(x.maskedFill(zero, 1)).maskedFill(zero, 0);
}

/** log Σ eˣ along `dim`, without overflow. */
export const logsumexp = publicOp(
  'logsumexp',
  (x: Tensor, dim: Dims, options?: ReduceOptions): Tensor => {
    checkTensor('logsumexp', x);
    const wide = castTo(x, isFloat(x.dtype) ? computeType(x.dtype) : 'float32');
    const dims = dimIndices('logsumexp', dim, x.shape);
    if (count(x, dims) === 0) return log(sum(wide, dims, options)); // of nothing: −∞
    const largest = max(wide, dims, { keepdim: true }).detach();
    // rows of ±∞ have no distance from their maximum; measured from 0 they come out right
    const shift = largest.maskedFill(eq(abs(largest), Infinity), 0);
    const total = log(sum(exp(sub(wide, shift)), dims, { keepdim: true })).add(shift);
    const result = finish(total, dims, options);
    return isFloat(x.dtype) ? castTo(result, x.dtype) : result;
  },
);

/** f(x) computed in float32 where x is float16, whose sums overflow early. */
export function computed(x: Tensor, f: (wide: Tensor) => Tensor): Tensor {
  return castTo(f(castTo(x, computeType(x.dtype))), x.dtype);
}

function count(x: Tensor, dims: readonly number[]): number {
  return numelOf(dims.map((dim) => x.shape[dim]!));
}

function checkFloat(op: string, x: Tensor): void {
  checkTensor(op, x);
  if (!isFloat(x.dtype)) {
    throw new DTypeError(`${op}: needs float32, got ${x.dtype}; write .cast('float32') first`);
  }
}
