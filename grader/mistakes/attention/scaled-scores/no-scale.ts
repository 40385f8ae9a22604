/**
 * The dot products are right, but not yet scaled. With wide vectors they grow: random vectors of
 * width 512 give scores around ±23 instead of ±1, and the softmax that follows then sees almost
 * nothing but the largest. What does the formula divide by?
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  return q.matmul(k.transpose(-1, -2));
}
