/**
 * You divided by √d *after* the softmax, so the weights of a query no longer sum to 1, and the
 * scores were too large when it mattered. The scale belongs to the scores.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2));
  const seen = mask === undefined ? scores : where(mask, scores, -Infinity);
  const weights = seen.softmax(-1).div(Math.sqrt(q.shape.at(-1)!));
  return (mask === undefined ? weights : where(mask, weights, 0)).matmul(v);
}
