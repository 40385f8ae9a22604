/**
 * The last pair is missing from your sum. A list of n numbers has the indices 0 to n − 1; at which
 * index does your loop stop, and does it still do that one?
 */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  let sum = 0;
  for (let i = 0; i < a.length - 1; i++) sum += a[i]! * b[i]!;
  return sum;
}
