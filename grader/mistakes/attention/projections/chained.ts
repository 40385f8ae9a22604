/**
 * You projected the query to get the key, and the key to get the value. The three are views of the
 * *same* token, side by side, not stations on a line: each starts from `x`.
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  const q = x.matmul(wq);
  const k = q.matmul(wk);
  const v = k.matmul(wv);
  return { q, k, v };
}
