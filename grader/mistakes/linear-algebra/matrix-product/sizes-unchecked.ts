/**
 * Right where the sizes fit. Where they do not, you give numbers that mean nothing (or NaN) and
 * nobody is warned. Compare the length of a row of `a` with the number of rows of `b` first.
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  return a.map((row) =>
    b[0]!.map((_, j) => b.reduce((sum, other, t) => sum + row[t]! * other[j]!, 0)),
  );
}
