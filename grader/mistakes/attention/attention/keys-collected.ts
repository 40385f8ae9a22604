/**
 * The weights are right, but you collected keys with them. A key is only the label by which
 * something is found; what is handed out is the value behind it.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  if (mask === undefined) return scores.softmax(-1).matmul(k);
  return where(mask, where(mask, scores, -Infinity).softmax(-1), 0).matmul(k);
}
