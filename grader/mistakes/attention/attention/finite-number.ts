/**
 * A very negative number instead of −∞ avoids the NaN for a query that may see nothing. But then
 * all its forbidden keys have the *same* score, and it gets their mean: a mixture of exactly what
 * it must not see.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  return (mask === undefined ? scores : where(mask, scores, -1e9)).softmax(-1).matmul(v);
}
