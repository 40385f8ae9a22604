/**
 * You refuse [3, 2] · [2, 3] and accept [2, 3] · [2, 3]: it should be the other way round. The
 * *inner* sizes must agree, columns of `a` and rows of `b`; the outer ones are free.
 */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a.length !== b.length || a[0]!.length !== b[0]!.length) throw new Error('sizes');
  return a.map((row) =>
    b[0]!.map((_, j) => b.reduce((sum, other, t) => sum + row[t]! * other[j]!, 0)),
  );
}
