/** Row i of the result is a mix of the rows of `b`, in the amounts that row i of `a` gives. */
export function matrixProduct(a: number[][], b: number[][]): number[][] {
  if (a[0]!.length !== b.length) throw new Error('inner sizes differ');
  return a.map((amounts) => {
    let mix = b[0]!.map(() => 0);
    amounts.forEach((amount, t) => {
      mix = mix.map((value, j) => value + amount * b[t]![j]!);
    });
    return mix;
  });
}
