/** All products first, then their sum, from the back. */
export function dotProduct(a: number[], b: number[]): number {
  if (b.length !== a.length) throw new Error('The lists must be equally long.');
  const products = a.map((value, i) => value * b[i]!);
  let total = 0;
  while (products.length > 0) total += products.pop()!;
  return total;
}
