/** Looking up by index. */

import { publicOp } from '../forbid.ts';
import { checkedIndex } from '../ops/indexing.ts';
import { apply, castTo, checkTensor, scalar } from '../tensor/apply.ts';
import { arange } from '../tensor/create.ts';
import { toNumbers } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { dimIndex, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { eq } from './arithmetic.ts';

/** `result[i][j] = x[index[i][j]][j]` for dim 0; the result has the shape of the index. */
export const gather = publicOp('gather', (x: Tensor, dim: number, index: Tensor): Tensor => {
  checkTensor('gather', x);
  checkTensor('gather', index);
  const at = dimIndex('gather', dim, x.shape);
  const result = apply('gather', [x, index], { dim: at });
  checkKnownIndices('gather', x, at, index);
  return result;
});

/**
 * x with elements of the source put at the places that the index names:
 * `result[index[i][j]][j] = source[i][j]` for dim 0. Where a place is named twice, one of them
 * stays.
 *
 * @param source a tensor at least as large as the index, or a number
 */
export const scatter = publicOp(
  'scatter',
  (x: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor =>
    scattered('scatter', x, dim, index, source),
);

/** As {@link scatter}, but each element is added to what is there; several add up. */
export const scatterAdd = publicOp(
  'scatterAdd',
  (x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
    scattered('scatterAdd', x, dim, index, source),
);

function scattered(
  op: 'scatter' | 'scatterAdd',
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor | number,
): Tensor {
  checkTensor(op, x);
  checkIndices(op, index);
  const at = dimIndex(op, dim, x.shape);
  const full = typeof source === 'number' ? scalar(source, x.dtype).expand(index.shape) : source;
  checkTensor(op, full);
  const result = apply(op, [x, index, upTo(full, index.shape)], { dim: at });
  checkKnownIndices(op, x, at, index);
  return result;
}

/** The part of x that has this shape. */
function upTo(x: Tensor, shape: readonly number[]): Tensor {
  const fits = x.ndim === shape.length && shape.every((size, i) => size <= x.shape[i]!);
  return fits
    ? shape.reduce((y, size, i) => (size === y.shape[i] ? y : y.narrow(i, 0, size)), x)
    : x;
}

/**
 * x with slices of the source, times `alpha`, added along `dim`: slice i where `indices[i]` says.
 */
export const indexAdd = publicOp(
  'indexAdd',
  (
    x: Tensor,
    dim: number,
    indices: Tensor,
    source: Tensor,
    { alpha = 1 }: { alpha?: number } = {},
  ): Tensor => {
    checkTensor('indexAdd', x);
    checkTensor('indexAdd', source);
    checkIndices('indexAdd', indices);
    const at = dimIndex('indexAdd', dim, x.shape);
    if (indices.ndim !== 1 || source.ndim !== x.ndim) {
      throw new ShapeError(
        `indexAdd: needs a list of indices and slices like those of ${show(x.shape)}, ` +
          `got ${show(indices.shape)} and ${show(source.shape)}`,
      );
    }
    const aligned = indices.reshape(x.shape.map((_, i) => (i === at ? -1 : 1)));
    const scaled = alpha === 1 ? source : castTo(source.mul(alpha), x.dtype);
    return scatterAdd(x, at, aligned.expand(source.shape), scaled);
  },
);

function checkIndices(op: string, index: unknown): asserts index is Tensor {
  checkTensor(op, index);
  if (index.dtype !== 'int32' && index.dtype !== 'int64') {
    throw new DTypeError(`${op}: indices must be int32 or int64, got ${index.dtype}`);
  }
}

/** The slices of x along `dim` that the list of indices names, in its order. */
export const indexSelect = publicOp(
  'indexSelect',
  (x: Tensor, dim: number, indices: Tensor): Tensor => {
    checkTensor('indexSelect', x);
    checkTensor('indexSelect', indices);
    const at = dimIndex('indexSelect', dim, x.shape);
    const result = apply('indexSelect', [x, indices], { dim: at });
    checkKnownIndices('indexSelect', x, at, indices);
    return result;
  },
);

/** Rows of `weight` `[n, d]` for ids of any shape: `[...ids.shape, d]`. */
export const embedding = publicOp('embedding', (weight: Tensor, ids: Tensor): Tensor => {
  checkTensor('embedding', weight);
  checkTensor('embedding', ids);
  if (weight.ndim !== 2) {
    throw new ShapeError(`embedding: needs weights [n, d], got ${show(weight.shape)}`);
  }
  if (ids.dtype !== 'int32' && ids.dtype !== 'int64') {
    throw new DTypeError(
      `embedding: ids must be int32 or int64, got ${ids.dtype}; tensor(ids, { dtype: 'int64' })`,
    );
  }
  const rows = indexSelect(weight, 0, ids.reshape([ids.numel]));
  return rows.reshape([...ids.shape, weight.shape[1]!]);
});

/**
 * Each index as a row of `classes` numbers, 1 at the index and 0 elsewhere: `[...t.shape,
 * classes]`, int64.
 */
export const oneHot = publicOp('oneHot', (t: Tensor, classes: number): Tensor => {
  checkTensor('oneHot', t);
  if (t.dtype !== 'int32' && t.dtype !== 'int64') {
    throw new DTypeError(`oneHot: indices must be int32 or int64, got ${t.dtype}`);
  }
  return castTo(eq(t.unsqueeze(-1), arange(classes)), 'int64');
});

/**
 * Where the indices are known already, a wrong one is reported here, at the caller's line, not when
 * computing.
 */
function checkKnownIndices(op: string, x: Tensor, dim: number, index: Tensor): void {
  if (index.origin.data === null) return;
  for (const i of toNumbers(index.origin.data)) checkedIndex(op, i, dim, x);
}
