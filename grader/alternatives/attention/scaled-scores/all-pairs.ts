import type { Tensor } from '@lectern/lib';

/** All pairs by broadcasting, then a sum over the features. */
export function scaledScores(q: Tensor, k: Tensor): Tensor {
  const pairs = q.unsqueeze(-2).mul(k.unsqueeze(-3)); // [..., queries, keys, d]
  return pairs.sum(-1).div(Math.sqrt(q.shape.at(-1)!));
}
