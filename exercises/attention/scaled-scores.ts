import type { Tensor } from '@lectern/lib';

/**
 * **How well does each key answer each query?** The score of a query and a key is their dot
 * product divided by √d, where d is their common width.
 *
 * @param q `[..., queries, d]`
 * @param k `[..., keys, d]`, the same leading dimensions as `q`; there may be more or fewer keys
 *   than queries
 * @returns `[..., queries, keys]`: row i holds the scores of query i against every key
 *
 * @example
 * scaledScores(tensor([[2, 0, 0, 2]]), tensor([[1, 1, 1, 1], [0, 3, 0, 1]]))   // [[2, 1]]
 * @example
 * scaledScores(tensor([[1], [2], [3]]), tensor([[10], [20]]))   // [[10, 20], [20, 40], [30, 60]]
 */
export function scaledScores(q: Tensor, k: Tensor): Tensor {
  return q; // replace this
}
