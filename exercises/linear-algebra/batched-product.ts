/**
 * **Which shape comes out?** Predict the shape of the batched product of two tensors without
 * multiplying anything. The last two dimensions are the matrices: `[m, k]` and `[k, n]`. All
 * dimensions before them count matrices, and they *broadcast*: align them at the right; two sizes
 * fit if they are equal or one of them is 1 or missing, and the other one wins.
 *
 * If anything does not fit, throw an Error.
 *
 * @param a the shape of the left tensor, `[..., m, k]`, two or more sizes
 * @param b the shape of the right tensor, `[..., k, n]`, two or more sizes
 * @returns the shape of the product, `[..., m, n]`
 *
 * @example productShape([2, 3, 4], [4, 2])               // [2, 3, 2]
 * @example productShape([8, 1, 5, 6], [3, 6, 7])         // [8, 3, 5, 7]
 */
export function productShape(a: number[], b: number[]): number[] {
  return a; // replace this
}
