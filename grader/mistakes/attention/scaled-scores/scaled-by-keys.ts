/**
 * Your scale follows the number of keys. Add a key that nobody looks at, and all other scores
 * change. What makes a dot product large is how many terms are summed in it, and that is the width
 * of the vectors.
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  const keys = k.shape.at(-2)!;
  return q.matmul(k.transpose(-1, -2)).div(Math.sqrt(keys));
}
