/**
 * Everything is in place but the division of the scores. Dot products grow with the width of the
 * slices, so wide heads would give nearly all their attention to one token before they have learnt
 * anything.
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
  // [batch, time, dModel] → [batch, heads, time, dHead]
  const project = (w: Tensor) => x.matmul(w).reshape([batch, time, heads, dHead]).transpose(1, 2);
  const [q, k, v] = [project(weights.wq), project(weights.wk), project(weights.wv)];
  let scores = q.matmul(k.transpose(-1, -2));
  if (mask !== undefined) scores = where(mask, scores, -Infinity);
  const found = scores.softmax(-1).matmul(v);
  return found.transpose(1, 2).reshape([batch, time, dModel]).matmul(weights.wo);
}
