/**
 * You built a causal mask in. The layer hides only what the given mask hides: the same layer
 * serves encoders too, where tokens look both ways.
 */
import { ones, type Tensor, where } from '@lectern/lib';

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
  const past = ones([time, time]).tril().eq(1);
  const allowed = mask === undefined ? past : past.logicalAnd(mask);
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(dHead));
  const found = where(allowed, scores, -Infinity).softmax(-1).matmul(v);
  return found.transpose(1, 2).reshape([batch, time, dModel]).matmul(weights.wo);
}
