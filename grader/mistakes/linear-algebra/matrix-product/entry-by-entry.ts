/**
 * You multiplied entries at the same place: the *elementwise* product. It needs two equal shapes
 * and mixes nothing. In a matrix product each entry of the result uses a whole row of `a` and a
 * whole column of `b`.
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a[0]!.length !== b.length) throw new Error('sizes');
  return a.map((row, i) => row.map((value, j) => value * b[i]![j]!));
}
