/**
 * Up to the heads' outputs all is right. Then you reshaped while the heads still stood before the
 * tokens, so a token got pieces of *other* tokens. What must be next to what in memory before
 * `reshape` may join them?
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
  let scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(dHead));
  if (mask !== undefined) scores = where(mask, scores, -Infinity);
  const found = scores.softmax(-1).matmul(v);
  return found.reshape([batch, time, dModel]).matmul(weights.wo);
}
