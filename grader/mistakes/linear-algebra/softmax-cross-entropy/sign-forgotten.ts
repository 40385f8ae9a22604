/**
 * Your loss is negative. The logarithm of a number below 1 is negative; the minus in front makes it
 * a cost. Minimising yours would make the true class *less* likely.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const z = scores.sub(scores.max(-1, { keepdim: true }));
  const logP = z.sub(z.exp().sum(-1, { keepdim: true }).log());
  return { probabilities: logP.exp(), loss: targets.mul(logP).sum(-1).mean() };
}
