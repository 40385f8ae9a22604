/** One expression. */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new RangeError('lengths differ');
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
