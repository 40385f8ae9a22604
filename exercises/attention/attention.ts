import type { Tensor } from '@lectern/lib';

/**
 * **Attention.** Every query collects the values, each weighted by how well its key answers:
 * softmax(QKᵀ / √d) · V, with the softmax over the keys of a query.
 *
 * @param q `[..., queries, d]`
 * @param k `[..., keys, d]`
 * @param v `[..., keys, dValue]`: one value per key
 * @param mask booleans that broadcast to `[..., queries, keys]`, true where the query may attend
 *   to the key; without a mask every query may attend to every key
 * @returns `[..., queries, dValue]`; zeros for a query that may attend to nothing
 *
 * @example
 * const [k, v] = [tensor([[0], [0]]), tensor([[2], [4]])];
 * attention(tensor([[5]]), k, v)                               // [[3]]: equal scores, the mean
 * @example
 * attention(tensor([[5]]), k, v, tensor([[true, false]]))      // [[2]]
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  return v; // replace this
}
