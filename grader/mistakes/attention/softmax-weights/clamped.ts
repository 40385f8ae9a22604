/**
 * You cut scores off before the exponential, so nothing overflows. But now 9 999 and 10 000 count
 * as equal, while one should get e times as much as the other. The *differences* within a row are
 * what matters: keep those, and move the row as a whole.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const parts = scores.clamp(-80, 80).exp();
  return parts.div(parts.sum(-1, { keepdim: true }));
}
