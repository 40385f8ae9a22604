import type { Tensor } from '@lectern/lib';

/**
 * **Three views of a token.** Give every token a query (what it looks for), a key (what it can be
 * found by) and a value (what it passes on). Each is the token's vector times a learned matrix.
 * Vectors are rows here, so the vector stands left of the matrix.
 *
 * @param x `[..., tokens, dModel]`: one row per token, any number of leading dimensions
 * @param wq `[dModel, dKey]`
 * @param wk `[dModel, dKey]`
 * @param wv `[dModel, dValue]`; dValue may differ from dKey
 * @returns `q` and `k`, both `[..., tokens, dKey]`, and `v`, `[..., tokens, dValue]`
 *
 * @example
 * const [wq, wk, wv] = [tensor([[1], [10]]), tensor([[3], [4]]), tensor([[1, 1], [0, 1]])];
 * projections(tensor([[1, 2]]), wq, wk, wv)
 * // { q: [[21]], k: [[11]], v: [[1, 3]] }
 * @example
 * projections(tensor([[0, 1], [1, 1]]), wq, wk, wv)
 * // { q: [[10], [11]], k: [[4], [7]], v: [[0, 1], [1, 2]] }
 */
export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: x, k: x, v: x }; // replace this
}
