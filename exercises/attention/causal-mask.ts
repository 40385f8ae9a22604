import type { Tensor } from '@lectern/lib';

/**
 * **No looking ahead.** A token may attend to itself and to earlier tokens only. Set the score of
 * every key that stands later than its query to −∞ and leave all other scores as they are.
 *
 * The queries are the *last* tokens of the sequence: with 3 queries and 5 keys they are the tokens
 * 2, 3 and 4 (counting from 0). With as many queries as keys, query i is token i.
 *
 * @param scores `[..., queries, keys]` with queries ≤ keys; any numbers, some may be −∞ already
 * @returns the masked scores, same shape
 *
 * @example
 * causalMask(tensor([[1, 2], [3, 4]]))          // [[1, -Infinity], [3, 4]]
 * @example
 * causalMask(tensor([[1, 2, 3], [4, 5, 6]]))    // [[1, 2, -Infinity], [4, 5, 6]]
 */
export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  return scores; // replace this
}
