/**
 * You multiplied a triangle of zeros and ones by −∞. Where the triangle holds 0, that is 0 · −∞,
 * and this is NaN, not 0; so exactly the scores that should stay are lost. Choose between two
 * values instead of calculating with infinity.
 */
import { ones, type Tensor } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  return scores.add(
    ones([queries, keys])
      .triu(keys - queries + 1)
      .mul(-Infinity),
  );
}
