/**
 * Right, up to one case: a query whose whole row is masked. Softmax then divides 0 by 0, and the
 * NaN spreads to everything computed from it. This happens in practice with padded sequences. What
 * should the weights of such a query be?
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  return (mask === undefined ? scores : where(mask, scores, -Infinity)).softmax(-1).matmul(v);
}
