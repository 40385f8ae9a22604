/**
 * You hide the future from every query, also when nobody asked for it. Attention as such knows no
 * order; a causal mask is one possible mask, passed in by those who need it.
 */
import { ones, type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  const past = ones(scores.shape.slice(-2)).tril().eq(1);
  const allowed = mask === undefined ? past : past.logicalAnd(mask);
  return where(allowed, where(allowed, scores, -Infinity).softmax(-1), 0).matmul(v);
}
