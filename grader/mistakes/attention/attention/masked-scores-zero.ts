/**
 * You set the forbidden *scores* to 0. Softmax makes e⁰ = 1 of them, so forbidden keys still get a
 * share, often more than allowed ones with negative scores. Which score ends as a weight of 0?
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  return (mask === undefined ? scores : where(mask, scores, 0)).softmax(-1).matmul(v);
}
