export function matrixProduct(a: number[][], b: number[][]): number[][] {
  const inner = b.length;
  if (a[0]!.length !== inner) throw new Error(`Rows of ${a[0]!.length}, columns of ${inner}.`);
  return a.map((row) =>
    b[0]!.map((_, j) => {
      let sum = 0;
      for (let i = 0; i < inner; i++) sum += row[i]! * b[i]![j]!;
      return sum;
    }),
  );
}
