/**
 * Keys and values have changed places. The key is compared with queries, so its width must be that
 * of the query; the value is what is handed on, and may have any width.
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: x.matmul(wq), k: x.matmul(wv), v: x.matmul(wk) };
}
