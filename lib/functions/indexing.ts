/** Looking up by index. */

import { publicOp } from '../forbid.ts';
import { checkedIndex } from '../ops/indexing.ts';
import { apply, asVector, castTo, checkTensor, element } from '../tensor/apply.ts';
import { arange } from '../tensor/create.ts';
import { isFloat, type NumberArray, toNumbers } from '../tensor/dtype.ts';
import { DTypeError, LibraryError, ShapeError } from '../tensor/errors.ts';
import { checkShape, dimIndex, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { eq } from './arithmetic.ts';

/** `result[i][j] = x[index[i][j]][j]` for dim 0; the result has the shape of the index. */
export const gather = publicOp('gather', (x: Tensor, dim: number, index: Tensor): Tensor => {
  checkTensor('gather', x);
  checkTensor('gather', index);
  if (x.ndim === 0 && index.ndim === 0) {
    return asVector(x, (vector) => gather(vector, dim, index.reshape([1])));
  }
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
  const full =
    typeof source === 'number' ? element(op, source, x.dtype).expand(index.shape) : source;
  checkTensor(op, full);
  if (x.ndim === 0 && index.ndim === 0 && full.ndim === 0) {
    return asVector(x, (vector) =>
      scattered(op, vector, dim, index.reshape([1]), full.reshape([1])),
    );
  }
  const at = dimIndex(op, dim, x.shape);
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
    if (!Number.isInteger(alpha) && !isFloat(x.dtype)) {
      throw new DTypeError(`indexAdd: ${alpha} times something cannot be added to ${x.dtype}`);
    }
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

/** The slices of x along `dim` that the list of indices (or one) names, in its order. */
export const indexSelect = publicOp(
  'indexSelect',
  (x: Tensor, dim: number, indices: Tensor): Tensor => {
    checkTensor('indexSelect', x);
    checkTensor('indexSelect', indices);
    if (indices.ndim === 0) return indexSelect(x, dim, indices.reshape([1]));
    if (x.ndim === 0 && indices.numel === 1) {
      return asVector(x, (vector) => indexSelect(vector, dim, indices));
    }
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
 * classes]`, int64. Where the number of classes is left out it is one more than the largest index,
 * which must then be known. An index outside is reported where it is known, else its row is zeros.
 */
export const oneHot = publicOp('oneHot', (t: Tensor, classes?: number): Tensor => {
  checkIndices('oneHot', t);
  const known = t.origin.data === null ? null : toNumbers(t.origin.data);
  const count = classes ?? classesOf(known);
  checkShape('oneHot', [count]);
  for (const i of known ?? []) {
    if (i >= 0 && i < count) continue;
    throw new ShapeError(`oneHot: ${i} is none of ${count} classes; they are 0 to ${count - 1}`);
  }
  return castTo(eq(t.unsqueeze(-1), arange(count)), 'int64');
});

function classesOf(indices: NumberArray | null): number {
  if (indices !== null && indices.length > 0) {
    let largest = 0;
    for (const i of indices) largest = Math.max(largest, i);
    return largest + 1;
  }
  throw new LibraryError(
    'oneHot: say how many classes there are; they can only be counted in indices that are ' +
      'computed already (await indices.realize()) and not empty',
  );
}

/**
 * Where the indices are known already, a wrong one is reported here, at the caller's line, not when
 * computing.
 */
function checkKnownIndices(op: string, x: Tensor, dim: number, index: Tensor): void {
  if (index.origin.data === null) return;
  for (const i of toNumbers(index.origin.data)) checkedIndex(op, i, dim, x);
}
