/**
 * You put the matrix on the left, W·x. That is right where a vector is a column. Here a vector is
 * a *row* of `x`: with the matrix on the left you add up different tokens instead of the features
 * of one token, and it runs at all only if there are as many tokens as features.
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: wq.matmul(x), k: wk.matmul(x), v: wv.matmul(x) };
}
