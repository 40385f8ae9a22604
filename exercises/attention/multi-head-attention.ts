import type { Tensor } from '@lectern/lib';

/**
 * **Several looks at once.** The whole layer: project `x` to queries, keys and values; let every
 * head attend within its own slice of them; put the heads' outputs side by side, head 0 first; mix
 * them with the output matrix.
 *
 * A slice is dHead = dModel / heads columns wide: head 0 owns the first dHead columns of queries,
 * keys and values, head 1 the next dHead, and so on. A score is the dot product of two slices
 * divided by √dHead.
 *
 * @param x `[batch, time, dModel]`
 * @param weights four matrices `[dModel, dModel]`, used as x·W: `wq`, `wk`, `wv` and, last, `wo`
 * @param heads how many heads; divides dModel
 * @param mask booleans that broadcast to `[batch, heads, time, time]`, true where a query may
 *   attend to a key (every query to at least one); without a mask all may attend to all
 * @returns `[batch, time, dModel]`
 *
 * @example
 * const i = eye(2);
 * multiHeadAttention(tensor([[[3, 5]]]), { wq: i, wk: i, wv: i, wo: i }, 2)         // [[[3, 5]]]
 * @example
 * const w = { wq: zeros([2, 2]), wk: i, wv: i, wo: tensor([[0, 1], [1, 0]]) };
 * multiHeadAttention(tensor([[[3, 5], [1, 9]]]), w, 2)                      // [[[7, 2], [7, 2]]]
 */
export function multiHeadAttention(
  x: Tensor,
  weights: { wq: Tensor; wk: Tensor; wv: Tensor; wo: Tensor },
  heads: number,
  mask?: Tensor,
): Tensor {
  const [batch, time, dModel] = x.shape as [number, number, number];
  return x; // replace this
}
