/**
 * You divided by d, so wide vectors now score too close to 0: you went from one extreme to the
 * other. A sum of d independent terms has *variance* d. How large is then its usual size, its
 * standard deviation?
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  return q.matmul(k.transpose(-1, -2)).div(q.shape.at(-1)!);
}
