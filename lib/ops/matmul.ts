/** The matrix product. */

import { allocate } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { broadcastShapes, show } from '../tensor/shape.ts';
import { spread } from './loops.ts';
import type { Records } from './record.ts';

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
    gradient: (g, { inputs: [a, b] }) => [
      g.matmul(b!.transpose(-2, -1)).sumTo(a!.shape),
      a!.transpose(-2, -1).matmul(g).sumTo(b!.shape),
    ],
    lower: (emit, { names }) => emit.node('MatMul', names),
    evaluate: ([a, b], _, output) => {
      const batch = output.shape.slice(0, -2);
      const m = output.shape.at(-2)!;
      const n = output.shape.at(-1)!;
      const k = a!.shape.at(-1)!;
      const x = spread(a!, [...batch, m, k]);
      const y = spread(b!, [...batch, k, n]);
      const count = batch.reduce((product, size) => product * size, 1);
      const result = allocate(output.dtype, count * m * n);
      const row = new Float64Array(n); // sums are kept in double precision
      for (let r = 0; r < count * m; r++) {
        row.fill(0);
        const yStart = Math.floor(r / m) * k * n;
        for (let i = 0; i < k; i++) {
          const factor = x[r * k + i]!;
          const yRow = yStart + i * n;
          for (let j = 0; j < n; j++) row[j]! += factor * y[yRow + j]!;
        }
        result.set(row, r * n);
      }
      return result;
    },
  },
};
