import type { Tensor } from '@lectern/lib';

/** The other convention, (Wᵀ·xᵀ)ᵀ: vectors as columns. */
function project(x: Tensor, w: Tensor): Tensor {
  return w.T.matmul(x.transpose(-1, -2)).transpose(-1, -2);
}

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: project(x, wq), k: project(x, wk), v: project(x, wv) };
}
