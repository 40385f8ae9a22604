/**
 * You measured the columns: the first entries of all vectors together, then the second ones, and
 * so on. A vector lies in a row here, so its length runs along the row.
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const unit = (rows: Tensor) => rows.div(rows.norm(0, { keepdim: true }));
  return unit(a).matmul(unit(b).T);
}
