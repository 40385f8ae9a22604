/**
 * Right for lists of equal length. For the others you quietly use as many pairs as there are, and
 * the numbers left over vanish. In a network that hides a bug for weeks: a dot product of 3 and 2
 * numbers does not exist, so say so with an Error.
 */
export function dotProduct(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) sum += a[i]! * b[i]!;
  return sum;
}
