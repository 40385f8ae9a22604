/**
 * You have −Σ pᵢ ln yᵢ: prediction and truth have changed places. The truth is mostly zeros, so
 * this takes ln 0. The logarithm goes over what is *predicted*, the weight in front is what is true.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const parts = scores.sub(scores.max(-1, { keepdim: true })).exp();
  const probabilities = parts.div(parts.sum(-1, { keepdim: true }));
  return { probabilities, loss: probabilities.mul(targets.log()).sum(-1).neg().mean() };
}
