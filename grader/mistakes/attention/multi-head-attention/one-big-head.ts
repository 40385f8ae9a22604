/**
 * You project, attend and mix, but nothing is ever cut: whatever `heads` says, this is one head
 * that looks at the whole vectors. It makes one set of weights per token, where several heads make
 * several and can look at several places at once.
 */
import { type Tensor, where } from '@lectern/lib';

export function multiHeadAttention(
  x: Tensor,
  weights: { wq: Tensor; wk: Tensor; wv: Tensor; wo: Tensor },
  _heads: number,
  mask?: Tensor,
): Tensor {
  const [q, k, v] = [x.matmul(weights.wq), x.matmul(weights.wk), x.matmul(weights.wv)];
  let scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(x.shape.at(-1)!));
  if (mask !== undefined) scores = where(mask, scores, -Infinity);
  return scores.softmax(-1).matmul(v).matmul(weights.wo);
}
