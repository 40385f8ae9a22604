import type { Tensor } from '@lectern/lib';

/**
 * **Same direction?** Compare every row of `a` with every row of `b` by the cosine of the angle
 * between them: 1 for the same direction, 0 for a right angle, −1 for opposite directions.
 *
 * A row of zeros has no direction: its similarities are 0. Length plays no part, so rows with
 * entries around 10⁻³⁰ or 10³⁰ work too (the square of such an entry does not fit a 32-bit float).
 *
 * @param a `[n, d]`
 * @param b `[m, d]`
 * @returns `[n, m]`: entry (i, j) is the cosine between row i of `a` and row j of `b`
 *
 * @example
 * cosineMatrix(tensor([[1, 1]]), tensor([[5, 5], [2, -2], [-1, -1]]))    // [[1, 0, -1]]
 * @example
 * cosineMatrix(tensor([[3e25, 4e25], [0, 0]]), tensor([[1, 0]]))         // [[0.6], [0]]
 */
export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  return a; // replace this
}
