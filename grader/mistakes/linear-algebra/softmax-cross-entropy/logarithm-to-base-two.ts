/**
 * You took the logarithm to the base 2, so your loss is in bits: 1.44 times too large. Right in
 * spirit, but ln is what fits e in the softmax, and what everybody's loss curves are drawn in.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const z = scores.sub(scores.max(-1, { keepdim: true }));
  const logP = z.sub(z.exp().sum(-1, { keepdim: true }).log());
  const loss = targets.mul(logP).sum(-1).neg().mean().mul(Math.LOG2E);
  return { probabilities: logP.exp(), loss };
}
