/**
 * The yᵢ is missing: you add up −ln pᵢ over *all* classes, true or not. For tea 0.1, coffee 0.3 and
 * neural networks 0.6 that is 4.02 whichever is true. Which logarithm should count?
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, _targets: Tensor) {
  const z = scores.sub(scores.max(-1, { keepdim: true }));
  const logP = z.sub(z.exp().sum(-1, { keepdim: true }).log());
  return { probabilities: logP.exp(), loss: logP.sum(-1).neg().mean() };
}
