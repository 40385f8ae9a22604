/** Operations that summarise: over all elements, or along some dimensions. */

import { publicOp } from '../forbid.ts';
import { apply, castTo, checkTensor } from '../tensor/apply.ts';
import { DTypeError } from '../tensor/errors.ts';
import { dimIndex, dimIndices, numelOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { abs, div, eq, exp, log, mul, neg, sqrt, sub } from './arithmetic.ts';

/** Which dimensions: one, several, or all where left out. */
export type Dims = number | readonly number[];

export interface ReduceOptions {
  /** Reduced dimensions stay, with size 1. */
  keepdim?: boolean;
}

export interface VarianceOptions extends ReduceOptions {
  /**
   * What is taken off the count before dividing by it: 1 for the unbiased estimate, 0 for the plain
   * mean.
   */
  correction?: number;
}

/** Runs a primitive over the dimensions, and drops them unless they are to stay. */
function reduce(
  op: 'sum' | 'max' | 'prod',
  x: Tensor,
  dims: readonly number[],
  options?: ReduceOptions,
): Tensor {
  if (dims.length === 0) return x;
  return finish(apply(op, [x], { dims: [...dims] }), dims, options);
}

/** `x` without the dimensions that were reduced, unless they are to stay. */
function finish(x: Tensor, dims: readonly number[], options?: ReduceOptions): Tensor {
  return options?.keepdim ? x : x.reshape(x.shape.filter((_, i) => !dims.includes(i)));
}

/** Integers and bools are summed as int64. */
function widened(x: Tensor): Tensor {
  return castTo(x, x.dtype === 'float32' ? 'float32' : 'int64');
}

/** The sum. */
export const sum = publicOp('sum', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('sum', x);
  return reduce('sum', widened(x), dimIndices('sum', dim, x.shape), options);
});

/** The product. */
export const prod = publicOp('prod', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('prod', x);
  return reduce('prod', widened(x), dimIndices('prod', dim, x.shape), options);
});

/** The largest element; NaN if there is one. */
export const max = publicOp('max', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('max', x);
  return reduce('max', x, dimIndices('max', dim, x.shape), options);
});

/** The smallest element; NaN if there is one. */
export const min = publicOp('min', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('min', x);
  return reduce('max', neg(x), dimIndices('min', dim, x.shape), options).neg();
});

/**
 * The place of the largest element along `dim`, or among all elements in order; the first of
 * several.
 */
export const argmax = publicOp(
  'argmax',
  (x: Tensor, dim?: number, options?: ReduceOptions): Tensor => {
    checkTensor('argmax', x);
    return placeOfMax('argmax', x, dim, options);
  },
);

/**
 * The place of the smallest element along `dim`, or among all elements in order; the first of
 * several.
 */
export const argmin = publicOp(
  'argmin',
  (x: Tensor, dim?: number, options?: ReduceOptions): Tensor => {
    checkTensor('argmin', x);
    return placeOfMax('argmin', neg(x), dim, options);
  },
);

function placeOfMax(op: string, x: Tensor, dim?: number, options?: ReduceOptions): Tensor {
  if (dim === undefined || x.ndim === 0) {
    const place = apply('argmax', [x.reshape([x.numel])], { dim: 0 });
    return place.reshape(options?.keepdim ? x.shape.map(() => 1) : []);
  }
  const at = dimIndex(op, dim, x.shape);
  return finish(apply('argmax', [x], { dim: at }), [at], options);
}

/** The mean. */
export const mean = publicOp('mean', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkFloat('mean', x);
  const dims = dimIndices('mean', dim, x.shape);
  return div(sum(x, dims, options), count(x, dims));
});

/** The variance. */
export const variance = publicOp(
  'var',
  (x: Tensor, dim?: Dims, options: VarianceOptions = {}): Tensor => {
    checkFloat('var', x);
    const dims = dimIndices('var', dim, x.shape);
    const centred = sub(x, mean(x, dims, { keepdim: true }));
    const freedom = Math.max(0, count(x, dims) - (options.correction ?? 1));
    return div(sum(mul(centred, centred), dims, options), freedom);
  },
);

/** The standard deviation. */
export const std = publicOp('std', (x: Tensor, dim?: Dims, options?: VarianceOptions): Tensor => {
  checkFloat('std', x);
  return sqrt(variance(x, dim, options));
});

/** The length of the vectors along `dim`: √Σx². Its gradient at 0 is 0. */
export const norm = publicOp('norm', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkFloat('norm', x);
  const squares = sum(mul(x, x), dim, options);
  const zero = eq(squares, 0);
  return sqrt(squares.maskedFill(zero, 1)).maskedFill(zero, 0);
});

/** log Σ eˣ along `dim`, without overflow. */
export const logsumexp = publicOp(
  'logsumexp',
  (x: Tensor, dim: Dims, options?: ReduceOptions): Tensor => {
    checkTensor('logsumexp', x);
    const largest = max(x, dim, { keepdim: true }).detach();
    // rows of ±∞ have no distance from their maximum; measured from 0 they come out right
    const shift = largest.maskedFill(eq(abs(largest), Infinity), 0);
    const total = log(sum(exp(sub(x, shift)), dim, { keepdim: true })).add(shift);
    return finish(total, dimIndices('logsumexp', dim, x.shape), options);
  },
);

/** Sums of everything up to each place along `dim`. */
export const cumsum = publicOp('cumsum', (x: Tensor, dim: number): Tensor => {
  checkTensor('cumsum', x);
  return apply('cumsum', [widened(x)], { dim: dimIndex('cumsum', dim, x.shape) });
});

function count(x: Tensor, dims: readonly number[]): number {
  return numelOf(dims.map((dim) => x.shape[dim]!));
}

function checkFloat(op: string, x: Tensor): void {
  checkTensor(op, x);
  if (x.dtype !== 'float32') {
    throw new DTypeError(`${op}: needs float32, got ${x.dtype}; write .cast('float32') first`);
  }
}
