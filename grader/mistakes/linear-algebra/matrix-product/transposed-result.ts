/**
 * All your numbers are right, but each stands at (j, i) where (i, j) was asked: the result is
 * transposed. The *outer* list holds rows, so the loop over the rows of `a` must be the outer one.
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a[0]!.length !== b.length) throw new Error('sizes');
  return b[0]!.map((_, j) =>
    a.map((row) => row.reduce((sum, value, t) => sum + value * b[t]![j]!, 0)),
  );
}
