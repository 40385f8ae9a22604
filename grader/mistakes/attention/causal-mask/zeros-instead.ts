/**
 * You set the future to 0, but these are *scores*, and softmax turns a score of 0 into e⁰ = 1: the
 * future still gets attention. Which score gives a weight of exactly 0?
 */
import type { Tensor } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  return scores.tril(keys - queries);
}
