/**
 * You have the products, one for each position, and that is the *elementwise* product: a list. A
 * dot product is one number. What is left to do with the list?
 */
export function dotProduct(a: number[], b: number[]): number[] {
  if (a.length !== b.length) throw new Error('lengths');
  return a.map((value, i) => value * b[i]!);
}
