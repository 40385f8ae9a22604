/**
 * Your *columns* sum to 1: each class is shared out among the examples. Read a row aloud, "this
 * example, against all classes": it is the row that must sum to 1.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const z = scores.sub(scores.max(0, { keepdim: true }));
  const logP = z.sub(z.exp().sum(0, { keepdim: true }).log());
  return { probabilities: logP.exp(), loss: targets.mul(logP).sum(-1).neg().mean() };
}
