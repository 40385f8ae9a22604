/**
 * Without a mask all is right. The fourth argument is never used.
 */
import type { Tensor } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  return scores.softmax(-1).matmul(v);
}
