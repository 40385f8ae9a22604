/** The product with a matrix of bytes: what it rounds, on every back end. */

import { randn, type Tensor, tensor } from '@lectern/lib';
import { expect, it } from 'vitest';
import { byteMatrix, numbersOf } from '../../../lib/ops/quantized.ts';
import { apply } from '../../../lib/tensor/apply.ts';
import { forEachBackend } from '../support/backends.ts';
import { expectClose } from '../support/compare.ts';

/** Codes and scales that differ in every place. */
function matrixOf(outputs: number, inputs: number) {
  const codes = Uint8Array.from({ length: outputs * inputs }, (_, i) => 1 + ((i * 37) % 255));
  const scales = Float32Array.from({ length: outputs }, (_, i) => (i + 1) / 100);
  return byteMatrix(codes, scales);
}

/** x with each 128 neighbours rounded to 127 steps each way. */
async function rounded(x: Tensor): Promise<Tensor> {
  const rows: number[][] = await x.array();
  const values = rows.map((row) =>
    row.map((value, i) => {
      const start = i - (i % 128);
      const step = Math.max(...row.slice(start, start + 128).map(Math.abs)) / 127;
      return step === 0 ? 0 : Math.round(value / step) * step;
    }),
  );
  return tensor(values);
}

forEachBackend('matmulBytes', () => {
  it('multiplies rounded rows by the numbers that bytes stand for', async () => {
    for (const [rows, inputs, outputs] of [
      [1, 128, 3],
      [5, 300, 4],
      [2, 7, 1],
    ] as const) {
      const matrix = matrixOf(outputs, inputs);
      const x = randn([rows, inputs], { seed: 1 });
      const product = apply('matmulBytes', [x], { matrix });
      await expectClose(product, (await rounded(x)).matmul(numbersOf(matrix).T), 1e-4);
    }
    const nothing = apply('matmulBytes', [tensor([[0, 0]])], { matrix: matrixOf(2, 2) });
    await expectClose(nothing, [[0, 0]]);
  });

  it('passes gradients as if nothing were rounded', async () => {
    const matrix = matrixOf(3, 4);
    const x = tensor([[1, 2, 3, 4]], { requiresGrad: true });
    apply('matmulBytes', [x], { matrix }).backward(tensor([[1, 10, 100]]));
    await expectClose(x.grad!, tensor([[1, 10, 100]]).matmul(numbersOf(matrix)), 1e-4);
  });

  it('tells matrices apart, and says what does not fit', async () => {
    const [one, other] = [matrixOf(2, 4), matrixOf(2, 4)];
    other.codes.fill(128);
    const x = randn([1, 4], { seed: 1 });
    await expectClose(apply('matmulBytes', [x], { matrix: other }), [[0, 0]]);
    const product = apply('matmulBytes', [x], { matrix: one });
    expect(await product.abs().max().item()).toBeGreaterThan(0);
    const wide = randn([1, 5], { seed: 1 });
    expect(() => apply('matmulBytes', [wide], { matrix: one })).toThrow('[rows, 4], got [1, 5]');
  });
});
