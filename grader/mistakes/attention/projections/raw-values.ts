/**
 * Queries and keys are right; the values are still the vectors themselves. What a token passes on
 * is learned too: it may be something else than what the token is.
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: x.matmul(wq), k: x.matmul(wk), v: x };
}
