/** Operations that summarise: over all elements, or along some dimensions. */

import { publicOp } from '../forbid.ts';
import { apply, castTo, checkTensor } from '../tensor/apply.ts';
import { computeType, isFloat } from '../tensor/dtype.ts';
import { dimIndex, dimIndices } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { logicalNot, neg, sub } from './arithmetic.ts';

/**
 * Which dimensions: one, several, or all where left out. An empty list names none, as in NumPy;
 * PyTorch's sum, mean, amax, var and norm take it for all.
 */
export type Dims = number | readonly number[];

export interface ReduceOptions {
  /** Reduced dimensions stay, with size 1. */
  keepdim?: boolean;
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
export function finish(x: Tensor, dims: readonly number[], options?: ReduceOptions): Tensor {
  return options?.keepdim ? x : x.reshape(x.shape.filter((_, i) => !dims.includes(i)));
}

/** Integers and bools are summed as int64. */
export function widened(x: Tensor): Tensor {
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
