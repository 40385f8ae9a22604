import { type Tensor, tensor } from '@lectern/lib';

/** JavaScript's own numbers have 64 bits: squares of 10³⁰ fit, and `Math.hypot` is careful. */
export async function cosineMatrix(a: Tensor, b: Tensor): Promise<Tensor> {
  const rowsOfA = await a.array<number[][]>();
  const rowsOfB = await b.array<number[][]>();
  return tensor(
    rowsOfA.map((x) =>
      rowsOfB.map((y) => {
        const lengths = Math.hypot(...x) * Math.hypot(...y);
        const dot = x.reduce((sum, value, i) => sum + value * y[i]!, 0);
        return lengths === 0 ? 0 : dot / lengths;
      }),
    ),
  );
}
