/**
 * Right for square matrices. You use the number of *rows of `a`* for the columns of the result as
 * well; with [2, 3] · [3, 5] the result has 5 columns. Give m, k and n names and look at each loop.
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a[0]!.length !== b.length) throw new Error('sizes');
  return a.map((row) =>
    a.map((_, j) => row.reduce((sum, value, t) => sum + value * (b[t]![j] ?? 0), 0)),
  );
}
