import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const d = q.shape.at(-1)!;
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(d)); // [..., queries, keys]
  if (mask === undefined) return scores.softmax(-1).matmul(v); // [..., queries, dValue]

  const weights = where(mask, scores, -Infinity).softmax(-1);
  // a query that may see nothing has a row of NaN here; forbidden keys weigh 0 in any case
  return where(mask, weights, 0).matmul(v);
}
