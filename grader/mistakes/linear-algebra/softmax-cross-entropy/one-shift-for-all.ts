/**
 * You subtract the highest score of the *whole table*. A row far below the others then becomes
 * e^−1000 = 0 everywhere, and 0 / 0 is NaN. Each row needs its own highest score.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const z = scores.sub(scores.max());
  const logP = z.sub(z.exp().sum(-1, { keepdim: true }).log());
  return { probabilities: logP.exp(), loss: targets.mul(logP).sum(-1).neg().mean() };
}
