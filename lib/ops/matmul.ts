/** The matrix product. */

import { allocate } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { broadcastShapes, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { spread } from './loops.ts';
import { transposeOf } from './movement.ts';
import type { Emitter, Records } from './record.ts';

export const matrix: Records<'matmul'> = {
  /** `[..., m, k] · [..., k, n] → [..., m, n]`; the dimensions in front broadcast. */
  matmul: {
    infer: ([a, b]) => {
      const [k, l] = [a!.shape.at(-1)!, b!.shape.at(-2)!];
      if (k !== l) {
        throw new ShapeError(
          `matmul: ${show(a!.shape)} · ${show(b!.shape)} does not fit: ` +
            `the last size of the first, ${k}, must equal the last but one of the second, ${l}`,
        );
      }
      if (a!.dtype !== b!.dtype || a!.dtype === 'bool') {
        throw new DTypeError(`matmul: cannot multiply ${a!.dtype} by ${b!.dtype}; cast first`);
      }
      const batch = broadcastShapes('matmul', a!.shape.slice(0, -2), b!.shape.slice(0, -2));
      return { shape: [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!], dtype: a!.dtype };
    },
    // C = A·B: dA = dC·Bᵀ and dB = Aᵀ·dC, summed over the dimensions that were repeated
    gradient: (g, { inputs: [a, b] }) => {
      const byA = g.matmul(b!.transpose(-2, -1)).sumTo(a!.shape);
      // one product of tall matrices adds up what many small ones gave
      if (b!.ndim === 2) return [byA, asRows(a!).transpose(0, 1).matmul(asRows(g))];
      return [byA, a!.transpose(-2, -1).matmul(g).sumTo(b!.shape)];
    },
    lower: (emit, { names, inputs: [a, b] }) => {
      const tall = emit.memo.get(transposeOf(names[0]!)) as string | undefined;
      const [m, k, n] = [...a!.shape.slice(-2), b!.shape.at(-1)!] as [number, number, number];
      const large = b!.shape.length === 2 && k >= 1024 && m * k >= 2 ** 18;
      return tall !== undefined && large
        ? ofColumns(emit, [tall, names[1]!], m <= n)
        : emit.node('MatMul', names);
    },
    evaluate: ([a, b], _, output) => {
      const batch = output.shape.slice(0, -2);
      const m = output.shape.at(-2)!;
      const n = output.shape.at(-1)!;
      const k = a!.shape.at(-1)!;
      const x = spread(a!, [...batch, m, k]);
      const shared = b!.shape.length === 2;
      const y = shared ? b!.values : spread(b!, [...batch, k, n]);
      const count = batch.reduce((product, size) => product * size, 1);
      const result = allocate(output.dtype, count * m * n);
      const isWhole = output.dtype === 'int32'; // whose products have more digits than a double
      const row = new Float64Array(n); // sums are kept in double precision
      for (let r = 0; r < count * m; r++) {
        row.fill(0);
        const yStart = shared ? 0 : Math.floor(r / m) * k * n;
        for (let i = 0; i < k; i++) {
          const factor = x[r * k + i]!;
          const yRow = yStart + i * n;
          if (isWhole) for (let j = 0; j < n; j++) row[j]! += Math.imul(factor, y[yRow + j]!);
          else for (let j = 0; j < n; j++) row[j]! += factor * y[yRow + j]!;
        }
        result.set(row, r * n);
      }
      return result;
    },
  },
};

/** `[..., m, k]` as one tall matrix. */
function asRows(x: Tensor): Tensor {
  return x.ndim === 2 ? x : x.flatten(0, -2);
}

/**
 * Aᵀ·B of large matrices `[k, m]` and `[k, n]`. ONNX Runtime would fuse the transposition into the
 * product, whose reading of columns then takes longer than writing the smaller matrix down the other
 * way round, once. It leaves an Einsum alone. Figures in docs/decisions/0007-speed.md.
 */
function ofColumns(emit: Emitter, [a, b]: [string, string], leftIsSmaller: boolean): string {
  const transposed = (x: string) => emit.node('Einsum', [x], { equation: 'ij->ji' });
  if (leftIsSmaller) return emit.node('MatMul', [transposed(a), b]);
  return transposed(emit.node('MatMul', [transposed(b), a])); // Aᵀ·B = (Bᵀ·A)ᵀ
}
