/**
 * You add the two entries of a pair where they should be multiplied. With [2, 0, −1] and [3, 7, 6]
 * the pairs give 6, 0 and −6, not 5, 7 and 5.
 */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  return a.reduce((sum, value, i) => sum + value + b[i]!, 0);
}
