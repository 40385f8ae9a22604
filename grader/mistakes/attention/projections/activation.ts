/**
 * The products are right, but then everything negative was cut off. A projection in attention is
 * purely linear. A query with a negative entry says "not this", and a dot product needs that sign.
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: x.matmul(wq).relu(), k: x.matmul(wk).relu(), v: x.matmul(wv).relu() };
}
