import { type Tensor, where } from '@lectern/lib';

/** The mask as a table of 0 and −∞ that is added; NaN, which differs from itself, becomes 0. */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const kT = k.transpose(-1, -2);
  let scores = q.matmul(kT).mul(1 / Math.sqrt(k.shape.at(-1)!));
  if (mask !== undefined) scores = scores.add(where(mask, 0, -Infinity));
  const weights = scores.softmax(-1);
  return where(weights.eq(weights), weights, 0).matmul(v);
}
