import { ones, type Tensor, where } from '@lectern/lib';

/** Softmax from its parts: a masked key contributes 0 to the sum, an empty sum is replaced by 1. */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.mul(q.shape.at(-1)! ** -0.5).matmul(k.transpose(-1, -2)); // [..., queries, keys]
  const allowed = mask ?? ones([1, 1]).eq(1);
  const highest = where(allowed, scores, -3e38).max(-1, { keepdim: true });
  const parts = where(allowed, scores.sub(highest).exp(), 0);
  const whole = parts.sum(-1, { keepdim: true }); // 0 for a query that sees nothing
  return parts.matmul(v).div(where(whole.eq(0), 1, whole)); // divides once, after the product
}
