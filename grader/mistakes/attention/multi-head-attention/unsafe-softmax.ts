/**
 * Your own softmax is right for small scores; beyond about 88 its exponential overflows and NaN
 * follows. Lower each row by its largest score first, or use the library's softmax, which is
 * allowed here.
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
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(dHead));
  const parts = mask === undefined ? scores.exp() : where(mask, scores.exp(), 0);
  const found = parts.div(parts.sum(-1, { keepdim: true })).matmul(v);
  return found.transpose(1, 2).reshape([batch, time, dModel]).matmul(weights.wo);
}
