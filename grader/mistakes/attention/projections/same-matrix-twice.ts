/**
 * Your keys are your queries: both were made with `wq`. Then every token would look for exactly
 * what it is itself. The third matrix, `wk`, is there so that "what I look for" and "what I can be
 * found by" can differ.
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: x.matmul(wq), k: x.matmul(wq), v: x.matmul(wv) };
}
