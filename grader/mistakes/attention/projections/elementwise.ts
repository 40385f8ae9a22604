/**
 * You multiplied entry by entry, so each number met only one number of the matrix. A feature of
 * the query may depend on *all* features of the token: every entry of the result is a sum over a
 * whole row of `x`.
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: x.mul(wq), k: x.mul(wk), v: x.mul(wv) };
}
