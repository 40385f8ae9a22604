/**
 * Each entry holds only its last product: the innermost line *sets* where it should *add*.
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a[0]!.length !== b.length) throw new Error('sizes');
  return a.map((row) => b[0]!.map((_, j) => row.at(-1)! * b.at(-1)![j]!));
}
