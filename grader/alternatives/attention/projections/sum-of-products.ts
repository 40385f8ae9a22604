import type { Tensor } from '@lectern/lib';

/** Each feature of a token scales one row of the matrix; the scaled rows are added up. */
function project(x: Tensor, w: Tensor): Tensor {
  return x.unsqueeze(-1).mul(w).sum(-2); // [..., tokens, dModel, dOut] → [..., tokens, dOut]
}

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: project(x, wq), k: project(x, wk), v: project(x, wv) };
}
