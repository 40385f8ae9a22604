/**
 * **Rows times columns.** Multiply two matrices. Entry (i, j) of the result is the dot product of
 * row i of `a` with column j of `b`.
 *
 * If `a` has not as many columns as `b` has rows, throw an Error.
 *
 * @param a `[m, k]`, a list of m rows with k numbers each; m, k, n ≥ 1
 * @param b `[k, n]`
 * @returns `[m, n]`
 *
 * @example
 * matrixProduct([[1, 2], [3, 4], [5, 6]], [[1, 0, 2], [0, 1, 3]])
 * // [[1, 2, 8], [3, 4, 18], [5, 6, 28]]
 * @example
 * matrixProduct([[1, 2, 3]], [[4], [5], [6]])    // [[32]]
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  return a; // replace this
}
