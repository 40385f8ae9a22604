/**
 * The first pair is missing from your sum. Mathematics counts from 1, arrays count from 0.
 */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  let sum = 0;
  for (let i = 1; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
