/**
 * A sigmoid squeezes each score into (0, 1) by itself, without regard to the others. Here keys
 * compete: what one gets, another loses. Where does the rest of the row enter into each weight?
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  return scores.sigmoid();
}
