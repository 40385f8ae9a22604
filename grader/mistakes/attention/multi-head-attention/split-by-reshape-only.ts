/**
 * You reshaped straight to `[batch, heads, time, dHead]`. The shape is right, the contents are
 * not: `reshape` keeps the order in memory, so your head 0 received the first tokens whole instead
 * of a slice of every token. Shuffle the tokens and see the outputs change.
 */
import { type Tensor, where } from '@lectern/lib';

export function multiHeadAttention(
  x: Tensor,
  weights: { wq: Tensor; wk: Tensor; wv: Tensor; wo: Tensor },
  heads: number,
  mask?: Tensor,
): Tensor {
  const [batch, time, dModel] = x.shape as [number, number, number];
  const dHead = dModel / heads;
  const project = (w: Tensor) => x.matmul(w).reshape([batch, heads, time, dHead]);
  const [q, k, v] = [project(weights.wq), project(weights.wk), project(weights.wv)];
  let scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(dHead));
  if (mask !== undefined) scores = where(mask, scores, -Infinity);
  const found = scores.softmax(-1).matmul(v);
  return found.reshape([batch, time, dModel]).matmul(weights.wo);
}
