/**
 * You force the mask into the shape `[1, 1, time, time]`. That does no harm to a mask of shape
 * `[time, time]`, but one that differs from sequence to sequence, or from head to head, does not
 * fit into it. The scores have the shape `[batch, heads, time, time]`; broadcasting lines up
 * dimensions from the right by itself.
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
  if (mask !== undefined) scores = where(mask.reshape([1, 1, time, time]), scores, -Infinity);
  const found = scores.softmax(-1).matmul(v);
  return found.transpose(1, 2).reshape([batch, time, dModel]).matmul(weights.wo);
}
