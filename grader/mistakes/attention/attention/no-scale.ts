/**
 * Everything is there but the division by √d. Unscaled scores grow with the width of the vectors,
 * and softmax then gives nearly everything to one key: it works, but hardly learns.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2));
  if (mask === undefined) return scores.softmax(-1).matmul(v);
  return where(mask, where(mask, scores, -Infinity).softmax(-1), 0).matmul(v);
}
