/**
 * You hid what may be seen and left open what may not. In this course *true* means "may attend"
 * (in some libraries it means "hide"): worth a look whenever a mask comes from elsewhere.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  if (mask === undefined) return scores.softmax(-1).matmul(v);
  return where(mask, 0, where(mask, -Infinity, scores).softmax(-1)).matmul(v);
}
