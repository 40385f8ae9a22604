import type { Tensor } from '@lectern/lib';

/**
 * **One vector, several heads.** `splitHeads` cuts every token's vector into `heads` slices of
 * equal width, so that each head can work on its own slice of all tokens; `mergeHeads` puts the
 * slices of a token side by side again. Head 0 owns the first dHead entries of every token, head 1
 * the next dHead entries, and so on.
 *
 * If `heads` does not divide the width, `splitHeads` throws an Error.
 *
 * @param x tokens `[batch, time, heads · dHead]` to split, or slices `[batch, heads, time, dHead]`
 *   to merge
 * @param heads how many slices a token is cut into (splitHeads only)
 * @returns slices `[batch, heads, time, dHead]`, or tokens `[batch, time, heads · dHead]`
 *
 * @example
 * splitHeads(tensor([[[1, 2, 3, 4], [5, 6, 7, 8]]]), 2)
 * // [[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]: head 0 holds 1, 2 and 5, 6
 * @example
 * mergeHeads(tensor([[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]))
 * // [[[1, 2, 3, 4], [5, 6, 7, 8]]]
 */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x; // replace this
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x; // replace this
}
