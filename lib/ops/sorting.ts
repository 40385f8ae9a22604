/** The order of elements along a dimension. */

import { allocate } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import { rowsBack, rowsOf } from './loops.ts';
import { type Emitter, onnxType, type Records } from './record.ts';

/** Negative, zero or positive: NaN counts as the largest of all, as in PyTorch. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : Math.sign(a - b) || (a < b ? -1 : a > b ? 1 : 0);
}

export const sorting: Records<'topk'> = {
  /**
   * The places of the k largest (or smallest) elements along one dimension, in order; equal ones in
   * the order in which they stand. The elements themselves are then gathered.
   */
  topk: {
    sizes: ['k'],
    infer: ([x], { dim, k }) => {
      if (x!.dtype === 'bool') throw new DTypeError('topk: needs numbers, got bool; cast first');
      const size = x!.shape[dim]!;
      if (!Number.isInteger(k) || k < 0 || k > size) {
        throw new ShapeError(
          `topk: there are no ${k} elements along dimension ${dim} of ${show(x!.shape)}`,
        );
      }
      return { shape: x!.shape.with(dim, k), dtype: 'int64' };
    },
    gradient: () => [null],
    lower: (emit, { names, inputs: [x], sizes, attributes: { dim, largest } }) => {
      const keys = x!.dtype === 'float32' ? withoutNaN(emit, names[0]!) : names[0]!;
      const order = { axis: dim, largest: largest ? 1 : 0, sorted: 1 };
      return emit.nodes('TopK', [keys, sizes(({ k }) => [k])], 2, order)[1]!;
    },
    evaluate: ([x], { dim, k, largest }, output) => {
      const { values, count, size } = rowsOf(x!, [dim]);
      const places = allocate('int64', count * k);
      for (let row = 0; row < count; row++) {
        const at = (i: number) => values[row * size + i]!;
        const order = Array.from({ length: size }, (_, i) => i);
        order.sort(largest ? (i, j) => compare(at(j), at(i)) : (i, j) => compare(at(i), at(j)));
        for (let i = 0; i < k; i++) places[row * k + i] = order[i]!;
      }
      return rowsBack(places, output, dim);
    },
  },
};

/**
 * Keys in the same order that hold no NaN, which would confuse ONNX Runtime: in double precision
 * there is room above the largest float for ∞, and above that for NaN.
 */
function withoutNaN(emit: Emitter, x: string): string {
  const double = (name: string) => emit.node('Cast', [name], { to: 11 });
  const missing = emit.node('IsNaN', [x]);
  const known = double(emit.node('Where', [missing, emit.scalar(0, 'float32'), x]));
  const large = double(emit.scalar(1e38, 'float32'));
  const beyond = emit.node('Mul', [large, large]);
  const flag = double(emit.node('Cast', [missing], { to: onnxType.float32 }));
  const top = emit.node('Mul', [flag, emit.node('Mul', [beyond, large])]);
  return emit.node('Add', [emit.node('Min', [known, beyond]), top]);
}
