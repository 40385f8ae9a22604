/**
 * Right for a single sequence. `.T` turns a table with two dimensions; with a batch and heads in
 * front, only the *last two* dimensions may change places.
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  return q.matmul(k.T).div(Math.sqrt(q.shape.at(-1)!));
}
