/**
 * This is `b` times `a`. Numbers do not mind the order, matrices do: the rows come from the *left*
 * factor, the columns from the right one.
 */
export function matrixProduct(b: number[][], a: number[][]): number[][] {
  if (a[0]!.length !== b.length) throw new Error('sizes');
  return a.map((row) =>
    b[0]!.map((_, j) => row.reduce((sum, value, t) => sum + value * b[t]![j]!, 0)),
  );
}
