/**
 * You cut out the triangle and then replaced every 0 by −∞. But a score may *be* 0, and your code
 * cannot tell it from a hole. Build the mask from positions, without looking at the scores.
 */
import { type Tensor, where } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const past = scores.tril(keys - queries);
  return where(past.eq(0), -Infinity, past);
}
