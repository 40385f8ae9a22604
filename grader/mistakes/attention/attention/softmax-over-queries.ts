/**
 * Your softmax runs down the columns: each key shares itself out among the queries. The one who
 * has a unit of attention to spend is the query, and its row lies along the last dimension.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  if (mask === undefined) return scores.softmax(-2).matmul(v);
  return where(mask, where(mask, scores, -Infinity).softmax(-2), 0).matmul(v);
}
