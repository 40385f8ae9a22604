/**
 * You multiplied the raw scores with the values. Scores can be negative and sum to anything, so
 * the result is not a mixture of values: equal scores of 0 give nothing at all instead of the
 * mean. One station is missing.
 */
import { type Tensor, where } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
  return (mask === undefined ? scores : where(mask, scores, 0)).matmul(v);
}
