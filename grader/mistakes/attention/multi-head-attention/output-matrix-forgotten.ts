/**
 * The heads are right and lie side by side, each still in its own columns. The last step is
 * missing: the output matrix, which lets what one head found reach every entry of the vector.
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
  return found.transpose(1, 2).reshape([batch, time, dModel]);
}
