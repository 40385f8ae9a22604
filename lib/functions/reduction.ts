/** Operations that summarise: over all elements, or along some dimensions. */

import { publicOp } from '../forbid.ts';
import { apply, castTo, checkTensor } from '../tensor/apply.ts';
import { arange } from '../tensor/create.ts';
import { computeType, isFloat } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { dimIndex, dimIndices, numelOf, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  abs,
  div,
  eq,
  exp,
  le,
  log,
  logicalNot,
  mul,
  neg,
  pow,
  sqrt,
  sub,
  where,
} from './arithmetic.ts';
import { asVector } from './movement.ts';
import { sign } from './rounding.ts';

/**
 * Which dimensions: one, several, or all where left out. An empty list names none, as in NumPy;
 * PyTorch's sum, mean, amax, var and norm take it for all.
 */
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
  op: 'sum' | 'max',
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
  return isFloat(x.dtype) ? x : castTo(x, 'int64');
}

/** The sum. */
export const sum = publicOp('sum', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('sum', x);
  return reduce('sum', widened(x), dimIndices('sum', dim, x.shape), options);
});

/** The product. */
export const prod = publicOp('prod', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('prod', x);
  const dims = dimIndices('prod', dim, x.shape);
  const product = dims.reduce((y, one) => apply('prod', [y], { dims: [one] }), widened(x));
  return finish(product, dims, options);
});

/**
 * The largest element; NaN if there is one. Equal largest ones share the gradient: what PyTorch
 * calls `amax`; its `max` along a dimension gives the places too, which are `argmax` here.
 */
export const max = publicOp('max', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('max', x);
  const largest = reduce('max', comparable(x), dimIndices('max', dim, x.shape), options);
  return castTo(largest, x.dtype);
});

/** The smallest element; NaN if there is one. As {@link max}. */
export const min = publicOp('min', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('min', x);
  const dims = dimIndices('min', dim, x.shape);
  const largest = reduce('max', upsideDown(comparable(x)), dims, options);
  return castTo(upsideDown(largest), x.dtype);
});

/** In a type that has an order and negative numbers. */
function comparable(x: Tensor): Tensor {
  return castTo(x, x.dtype === 'bool' ? 'int32' : computeType(x.dtype));
}

/** In the opposite order. The smallest integer has no negative, but all have −1 − x. */
function upsideDown(x: Tensor): Tensor {
  return isFloat(x.dtype) ? neg(x) : sub(-1, x);
}

/** Whether some element is not zero; bool, of uint8 too, where PyTorch has uint8. Of nothing: false. */
export const any = publicOp('any', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('any', x);
  return anyAlong(x, dimIndices('any', dim, x.shape), options);
});

/** Whether no element is zero; bool, of uint8 too, where PyTorch has uint8. Of nothing: true. */
export const all = publicOp('all', (x: Tensor, dim?: Dims, options?: ReduceOptions): Tensor => {
  checkTensor('all', x);
  return logicalNot(anyAlong(logicalNot(x), dimIndices('all', dim, x.shape), options));
});

function anyAlong(x: Tensor, dims: readonly number[], options?: ReduceOptions): Tensor {
  const ones = castTo(castTo(x, 'bool'), 'int32');
  return castTo(reduce('sum', ones, dims, options), 'bool');
}

/**
 * The place of the largest element along `dim`, or among all elements in order; the first of
 * several.
 */
export const argmax = publicOp(
  'argmax',
  (x: Tensor, dim?: number, options?: ReduceOptions): Tensor => {
    checkTensor('argmax', x);
    return placeOfMax('argmax', comparable(x), dim, options);
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
    return placeOfMax('argmin', upsideDown(comparable(x)), dim, options);
  },
);

function placeOfMax(op: string, x: Tensor, dim?: number, options?: ReduceOptions): Tensor {
  dimIndices(op, dim, x.shape); // throws where there is no such dimension
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

/** Sums of everything up to each place along `dim`. */
export const cumsum = publicOp('cumsum', (x: Tensor, dim: number): Tensor => {
  checkTensor('cumsum', x);
  return asVector(widened(x), (vector) =>
    apply('cumsum', [vector], { dim: dimIndex('cumsum', dim, vector.shape) }),
  );
});

/**
 * Products of everything up to each place along `dim`: each place sees a row of its own, so it
 * takes size² steps.
 */
export const cumprod = publicOp('cumprod', (x: Tensor, dim: number): Tensor => {
  checkTensor('cumprod', x);
  if (x.ndim === 0) return asVector(x, (vector) => cumprod(vector, dim));
  const at = dimIndex('cumprod', dim, x.shape);
  const last = widened(x).transpose(at, -1);
  const size = x.shape[at]!;
  const rows = last.unsqueeze(-2).expand([...last.shape.slice(0, -1), size, size]);
  const places = arange(size);
  const seen = le(places, places.unsqueeze(-1));
  return prod(where(seen, rows, 1), -1).transpose(at, -1);
});

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
