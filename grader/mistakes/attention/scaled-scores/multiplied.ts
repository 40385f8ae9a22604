/**
 * You multiplied by √d. The dot products of wide vectors are too large already; the scale is there
 * to bring them back.
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  return q.matmul(k.transpose(-1, -2)).mul(Math.sqrt(q.shape.at(-1)!));
}
