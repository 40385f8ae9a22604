/** The columns of `b` as lists, then one dot product for each pair. */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a[0]?.length !== b.length) throw new RangeError('columns of a, rows of b');
  const columns = b[0]!.map((_, j) => b.map((row) => row[j]!));
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return a.map((row) => columns.map((column) => dot(row, column)));
}
