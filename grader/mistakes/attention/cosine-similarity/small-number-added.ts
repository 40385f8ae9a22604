/**
 * A small number added to the length avoids 0 / 0, and for ordinary vectors nobody notices. But
 * small compared with what? Next to a row of length 10⁻³⁰ it is enormous, and the similarity comes
 * out as 0. Only a row of zeros needs another divisor; and rows of any size first need to be
 * brought near 1.
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const unit = (rows: Tensor) => rows.div(rows.norm(-1, { keepdim: true }).add(1e-8));
  return unit(a).matmul(unit(b).T);
}
