import type { Tensor } from '@lectern/lib';

/** Divides while still in logarithms: ln(weight) = score − ln(sum of exponentials). */
export function softmaxWeights(scores: Tensor): Tensor {
  return scores.sub(scores.logsumexp(-1).unsqueeze(-1)).exp();
}
