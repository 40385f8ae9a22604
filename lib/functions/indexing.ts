/** Looking up by index. */

import { publicOp } from '../forbid.ts';
import { checkedIndex } from '../ops/indexing.ts';
import { apply, castTo, checkTensor } from '../tensor/apply.ts';
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
