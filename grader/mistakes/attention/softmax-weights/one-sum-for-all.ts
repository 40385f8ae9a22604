/**
 * All your weights *together* sum to 1, so with many queries each gets hardly anything. Every
 * query has a whole unit to spend, whatever the others do.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const parts = scores.sub(scores.max()).exp();
  return parts.div(parts.sum());
}
