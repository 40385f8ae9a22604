/**
 * You put a dimension for the heads into the mask. For a mask of shape [time, time] that does no
 * harm, but one that comes with its own dimension for batch or heads no longer lines up. The
 * scores have the shape `[batch, heads, time, time]`, and broadcasting lines up dimensions from
 * the right by itself.
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
  const project = (w: Tensor) => x.matmul(w).reshape([batch, time, heads, dHead]).transpose(1, 2); // [batch, heads, time, dHead]
  const [q, k, v] = [project(weights.wq), project(weights.wk), project(weights.wv)];
  let scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(dHead));
  if (mask !== undefined) scores = where(mask.unsqueeze(1), scores, -Infinity);
  const found = scores.softmax(-1).matmul(v);
  return found.transpose(1, 2).reshape([batch, time, dModel]).matmul(weights.wo);
}
