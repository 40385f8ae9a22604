/**
 * Your softmax is safe, but then you take the logarithm of its result. A probability of e^−1000 is
 * rounded to 0, ln 0 is −∞, and 0 · −∞ is NaN. Take the logarithm on paper first: ln(eᶻ / Σeᶻ) is a
 * difference in which nothing small is left.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(scores: Tensor, targets: Tensor) {
  const parts = scores.sub(scores.max(-1, { keepdim: true })).exp();
  const probabilities = parts.div(parts.sum(-1, { keepdim: true }));
  const loss = targets.mul(probabilities.log()).sum(-1).neg().mean();
  return { probabilities, loss };
}
