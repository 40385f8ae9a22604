/**
 * You add the rows up. Twice as many examples would then cost twice as much, and every learning
 * rate would depend on the size of the batch. Take the mean over the rows.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const z = scores.sub(scores.max(-1, { keepdim: true }));
  const logP = z.sub(z.exp().sum(-1, { keepdim: true }).log());
  return { probabilities: logP.exp(), loss: targets.mul(logP).sum().neg() };
}
