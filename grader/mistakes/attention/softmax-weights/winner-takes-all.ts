/**
 * You gave everything to the best key. That is a lookup in a table; attention is a *soft* lookup,
 * in which the second best still counts. The softness is also what lets a model learn: a hard
 * choice does not move when a score moves a little, so its derivative is 0.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const best = scores.eq(scores.max(-1, { keepdim: true })).cast('float32');
  return best.div(best.sum(-1, { keepdim: true }));
}
