/**
 * That is the squared distance between p and y. It is 0 in the right place too, but a network that
 * is certain and wrong pays at most 2, with next to no slope; cross-entropy charges it without
 * limit. Use −Σ yᵢ ln pᵢ.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const parts = scores.sub(scores.max(-1, { keepdim: true })).exp();
  const probabilities = parts.div(parts.sum(-1, { keepdim: true }));
  return { probabilities, loss: probabilities.sub(targets).square().sum(-1).mean() };
}
