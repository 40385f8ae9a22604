/** The order of elements. */

import { publicOp } from '../forbid.ts';
import { apply, castTo, checkTensor } from '../tensor/apply.ts';
import { dimIndex } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { gather } from './indexing.ts';

/** Elements in a new order, and where they stood (int64). */
export interface Sorted {
  values: Tensor;
  indices: Tensor;
}

export interface SortOptions {
  /** From the largest down. */
  descending?: boolean;
}

export interface TopkOptions {
  /** The largest; false for the smallest. */
  largest?: boolean;
}

/**
 * The k largest elements along `dim` (the last where left out), the largest first; equal ones in
 * the order in which they stand, NaN before all. Gradients flow through the values.
 */
export const topk = publicOp(
  'topk',
  (x: Tensor, k: number, dim = -1, { largest = true }: TopkOptions = {}): Sorted => {
    checkTensor('topk', x);
    return ordered('topk', x, dim, largest, k);
  },
);

/**
 * The elements along `dim` (the last where left out) in rising order. Equal ones keep their order,
 * which PyTorch does only where asked for; NaN counts as the largest.
 */
export const sort = publicOp(
  'sort',
  (x: Tensor, dim = -1, { descending = false }: SortOptions = {}): Sorted => {
    checkTensor('sort', x);
    return ordered('sort', x, dim, descending);
  },
);

/** The places of the elements in rising order, int64: as the indices of {@link sort}. */
export const argsort = publicOp(
  'argsort',
  (x: Tensor, dim = -1, options: SortOptions = {}): Tensor => sort(x, dim, options).indices,
);

function ordered(op: string, x: Tensor, dim: number, largest: boolean, k?: number): Sorted {
  if (x.ndim === 0) {
    const { values, indices } = ordered(op, x.reshape([1]), dim, largest, k);
    return { values: values.reshape([]), indices: indices.reshape([]) };
  }
  const at = dimIndex(op, dim, x.shape);
  const keys = x.dtype === 'bool' ? castTo(x, 'int32') : x;
  const indices = apply('topk', [keys], { dim: at, k: k ?? x.shape[at]!, largest });
  return { values: gather(x, at, indices), indices };
}
