/**
 * You took the width for the scale from the values. It has to undo the growth of the dot products,
 * and those were summed over the width of queries and keys. Often the two widths are equal, which
 * hides it.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(v.shape.at(-1)!));
  if (mask === undefined) return scores.softmax(-1).matmul(v);
  return where(mask, where(mask, scores, -Infinity).softmax(-1), 0).matmul(v);
}
