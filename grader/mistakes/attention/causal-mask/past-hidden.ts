/**
 * You hid the past and left the future open. Row i of the table belongs to query i: walking to the
 * right along the row, you meet later and later keys. Which part of the row must go?
 */
import { arange, type Tensor, where } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const queryAt = arange(keys - queries, keys).unsqueeze(-1);
  return where(arange(keys).ge(queryAt), scores, -Infinity);
}
