/**
 * Nothing overflows any more. But you lowered all rows by the same number, the largest of the
 * whole tensor, and a row far below it now has only zeros to divide. Rows are independent: each
 * has its own largest score.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const parts = scores.sub(scores.max()).exp();
  return parts.div(parts.sum(-1, { keepdim: true }));
}
