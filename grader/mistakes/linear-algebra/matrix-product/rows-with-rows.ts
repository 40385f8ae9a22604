/**
 * You take dot products of rows with *rows*: that is `a` times the transpose of `b`. For square
 * matrices it even has the right shape. Walking down a column, the row index of `b` moves and the
 * column index stays.
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a[0]!.length !== b.length) throw new Error('sizes');
  return a.map((row) =>
    b.map((other) => row.reduce((sum, value, t) => sum + value * other[t]!, 0)),
  );
}
