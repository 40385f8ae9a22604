import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return {
    q: x.matmul(wq), // [..., tokens, dModel] · [dModel, dKey] → [..., tokens, dKey]
    k: x.matmul(wk), // [..., tokens, dKey]
    v: x.matmul(wv), // [..., tokens, dValue]
  };
}
