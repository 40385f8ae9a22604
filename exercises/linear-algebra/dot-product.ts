/**
 * **One number from two lists.** Multiply `a` and `b` entry by entry and add up the products.
 *
 * Lists of different lengths have no dot product: throw an Error.
 *
 * @param a `[n]`, a list of n numbers
 * @param b `[n]`
 * @returns one number: a₁b₁ + a₂b₂ + … + aₙbₙ (0 for two empty lists)
 *
 * @example dotProduct([1, 2, 3], [4, 5, 6])    // 32 = 1·4 + 2·5 + 3·6
 * @example dotProduct([2, 0, -1], [3, 7, 6])   // 0 = 6 + 0 − 6
 */
export function dotProduct(a: number[], b: number[]): number {
  return NaN; // replace this
}
