/**
 * A very negative number is nearly right: it works as long as every score that may be seen is far
 * above it. Where those are lower still, the future gets all the attention. The statement asks for
 * −∞, whose exponential is exactly 0.
 */
import { arange, type Tensor, where } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const queryAt = arange(keys - queries, keys).unsqueeze(-1);
  return where(arange(keys).le(queryAt), scores, -1e9);
}
