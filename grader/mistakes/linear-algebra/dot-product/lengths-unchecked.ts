/**
 * Right for lists of equal length. If `b` is shorter, `b[i]` is undefined and your sum becomes NaN;
 * if `b` is longer, its end is ignored. Compare the two lengths first, and throw an Error.
 */
export function dotProduct(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
