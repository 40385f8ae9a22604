/**
 * Your result is always 1 too high. A *product* that builds up starts from 1; a *sum* starts from
 * the number that changes nothing when something is added to it.
 */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  return a.reduce((sum, value, i) => sum + value * b[i]!, 1);
}
