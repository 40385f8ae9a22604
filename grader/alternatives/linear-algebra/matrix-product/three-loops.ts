/** Three loops over a table of zeros; the order of the loops does not matter. */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  const [m, k, n] = [a.length, b.length, b[0]!.length];
  if (a.some((row) => row.length !== k)) throw new Error('inner sizes differ');
  const product = Array.from({ length: m }, () => new Array<number>(n).fill(0));
  for (let t = 0; t < k; t++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) product[i]![j]! += a[i]![t]! * b[t]![j]!;
  return product;
}
