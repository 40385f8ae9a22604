/**
 * You compared query 0 with key 0, query 1 with key 1, and so on: one number per pair. Attention
 * asks *every* query about *every* key, so three queries and two keys make six scores.
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  return q
    .mul(k)
    .sum(-1)
    .div(Math.sqrt(q.shape.at(-1)!));
}
