import type { Tensor } from '@lectern/lib';

/**
 * **Sharing out attention.** Each query has one unit of attention to spend. Divide it among the
 * keys of its row so that every key gets a part proportional to e^score.
 *
 * @param scores `[..., queries, keys]`: finite numbers of any size, or −∞ for a key that must not
 *   be seen; every row has at least one finite score
 * @returns weights of the same shape: each row (the last dimension) sums to 1, none is negative,
 *   and a key scored −∞ weighs exactly 0
 *
 * @example
 * softmaxWeights(tensor([[0, Math.log(3)]]))           // [[0.25, 0.75]]: 1 part and 3 parts of 4
 * @example
 * softmaxWeights(tensor([[4, -Infinity, 4, 4, 4]]))    // [[0.25, 0, 0.25, 0.25, 0.25]]
 */
export function softmaxWeights(scores: Tensor): Tensor {
  return scores; // replace this
}
