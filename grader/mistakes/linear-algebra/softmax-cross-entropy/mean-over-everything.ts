/**
 * You divide by the number of all *entries*. The sum over the classes is part of the formula; only
 * over the rows is a mean taken. Yours is smaller by a factor of the number of classes.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const z = scores.sub(scores.max(-1, { keepdim: true }));
  const logP = z.sub(z.exp().sum(-1, { keepdim: true }).log());
  return { probabilities: logP.exp(), loss: targets.mul(logP).mean().neg() };
}
