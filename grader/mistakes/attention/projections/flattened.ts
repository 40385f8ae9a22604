/**
 * Right for one sequence, but you made one long list of all tokens and never gave it its shape
 * back. With a batch of sequences the leading dimensions must come out as they went in. (Does your
 * product need the reshape at all?)
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  const tokens = x.reshape([-1, x.shape.at(-1)!]);
  return { q: tokens.matmul(wq), k: tokens.matmul(wk), v: tokens.matmul(wv) };
}
