/**
 * You subtracted the *lowest* score of a row, so every exponent is 0 or more and the largest can
 * still overflow; and where the lowest is −∞, you get −∞ − (−∞), which is NaN. From which end must
 * the row be moved so that `exp` stays small?
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const parts = scores.sub(scores.min(-1, { keepdim: true })).exp();
  return parts.div(parts.sum(-1, { keepdim: true }));
}
