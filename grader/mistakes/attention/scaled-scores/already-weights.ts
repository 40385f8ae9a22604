/**
 * These are weights: every row sums to 1. You went one step too far. A score may be any number,
 * also a negative one; turning scores into weights comes later.
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  return q
    .matmul(k.transpose(-1, -2))
    .div(Math.sqrt(q.shape.at(-1)!))
    .softmax(-1);
}
