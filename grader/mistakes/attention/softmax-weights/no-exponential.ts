/**
 * You divided the scores themselves by their sum. A negative score then gives a negative weight,
 * the scores 1 and −1 sum to 0, and adding 10 to a row changes the result. Something has to make
 * every score positive first.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  return scores.div(scores.sum(-1, { keepdim: true }));
}
