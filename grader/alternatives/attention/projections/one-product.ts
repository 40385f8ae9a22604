import { cat, type Tensor } from '@lectern/lib';

/** All three matrices side by side in one, then one product, cut in three. */
export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  const together = x.matmul(cat([wq, wk, wv], 1)); // [..., tokens, dKey + dKey + dValue]
  const [dKey, dValue] = [wq.shape[1]!, wv.shape[1]!];
  return {
    q: together.narrow(-1, 0, dKey),
    k: together.narrow(-1, dKey, dKey),
    v: together.narrow(-1, 2 * dKey, dValue),
  };
}
