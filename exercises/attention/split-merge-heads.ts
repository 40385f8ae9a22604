import type { Tensor } from '@lectern/lib';

/**
 * **One vector, several heads.** Cut every token's vector into `heads` slices of equal width, so
 * that each head can work on its own slice of all tokens; afterwards put the slices back.
 *
 * Head 0 takes the first dHead entries of every token, head 1 the next dHead entries, and so on.
 *
 * @param x `[batch, time, heads · dHead]`
 * @returns `[batch, heads, time, dHead]`
 * @throws Error if `heads` does not divide the width of `x`
 *
 * @example
 * splitHeads(tensor([[[1, 2, 3, 4], [5, 6, 7, 8]]]), 2)  // [[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]
 */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x; // replace this
}

/**
 * The way back: every token gets the slices of all heads side by side, head 0 first.
 *
 * @param x `[batch, heads, time, dHead]`
 * @returns `[batch, time, heads · dHead]`
 *
 * @example
 * mergeHeads(tensor([[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]))  // [[[1, 2, 3, 4], [5, 6, 7, 8]]]
 */
export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x; // replace this
}
