/**
 * Your heads take every `heads`-th column instead of neighbouring ones. Such a layer could be
 * trained just as well, but it is not the layout of the statement, nor that of weights trained
 * elsewhere: head 0 owns the first dHead columns, head 1 the next.
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
  const project = (w: Tensor) =>
    x.matmul(w).reshape([batch, time, dHead, heads]).permute([0, 3, 1, 2]);
  const [q, k, v] = [project(weights.wq), project(weights.wk), project(weights.wv)];
  let scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(dHead));
  if (mask !== undefined) scores = where(mask, scores, -Infinity);
  const found = scores.softmax(-1).matmul(v);
  return found.permute([0, 2, 3, 1]).reshape([batch, time, dModel]).matmul(weights.wo);
}
