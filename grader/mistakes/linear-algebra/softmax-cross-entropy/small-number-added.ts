/**
 * Adding 1e-9 inside the logarithm stops the infinity, but caps the loss at 20.7: being 1000 off
 * costs as much as being 21 off, and there is no slope left to learn from. With ln p = z − ln Σeᶻ you
 * need no crutch.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const parts = scores.sub(scores.max(-1, { keepdim: true })).exp();
  const probabilities = parts.div(parts.sum(-1, { keepdim: true }));
  const loss = targets.mul(probabilities.add(1e-9).log()).sum(-1).neg().mean();
  return { probabilities, loss };
}
