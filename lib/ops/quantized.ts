/**
 * The product with a matrix of bytes, as fast as the memory gives them: ONNX Runtime's MatMulNBits.
 * What it rounds is part of the operation, so that all back ends agree.
 */

import { apply } from '../tensor/apply.ts';
import { allocate, isFloat, type NumberArray } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { numelOf, show } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Dense, Emitter, Records } from './record.ts';

/**
 * A matrix of bytes with a scale for each row: w ≈ (code − 128) · scale. It belongs to the
 * operation, and to the compiled model, which then keeps it in the order that suits the processor.
 */
export interface ByteMatrix {
  /** Tells it from all others. */
  readonly key: string;
  readonly sizes: readonly number[];
  /** `[outputs, inputs]` */
  readonly codes: Uint8Array;
  /** `[outputs]` */
  readonly scales: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
}

/** So many neighbours in a row of x are rounded together, to 127 steps each way. */
const block = 128;

let made = 0;

/** The matrix of these bytes. */
export function byteMatrix(codes: Uint8Array, scales: Float32Array): ByteMatrix {
  const outputs = scales.length;
  return { key: `q${made++}`, sizes: [], codes, scales, inputs: codes.length / outputs, outputs };
}

/** The numbers that the bytes stand for, `[outputs, inputs]`. */
export function numbersOf({ codes, scales, inputs, outputs }: ByteMatrix): Tensor {
  const bytes = new Tensor([outputs, inputs], 'uint8', { op: null, data: codes });
  const column = new Tensor([outputs, 1], 'float32', { op: null, data: scales });
  return apply('cast', [bytes], { dtype: 'float32' }).sub(128).mul(column);
}

/** x·Wᵀ, `[..., inputs] → [..., outputs]`. */
export function timesBytes(x: Tensor, matrix: ByteMatrix): Tensor {
  const front = x.shape.slice(0, -1);
  if (x.shape.at(-1) !== matrix.inputs) {
    throw new ShapeError(
      `the quantised matrix needs [..., ${matrix.inputs}], got ${show(x.shape)}`,
    );
  }
  const rows = x.reshape([numelOf(front), matrix.inputs]);
  return apply('matmulBytes', [rows], { matrix }).reshape([...front, matrix.outputs]);
}

export const quantized: Records<'matmulBytes'> = {
  /** x·Wᵀ, `[rows, inputs] → [rows, outputs]`, with x rounded to 8 bits in blocks of 128. */
  matmulBytes: {
    infer: ([x], { matrix }) => {
      if (!isFloat(x!.dtype)) throw new DTypeError(`matmulBytes: needs float32, got ${x!.dtype}`);
      if (x!.shape.length !== 2 || x!.shape[1] !== matrix.inputs) {
        throw new ShapeError(`matmulBytes: needs [rows, ${matrix.inputs}], got ${show(x!.shape)}`);
      }
      return { shape: [x!.shape[0]!, matrix.outputs], dtype: 'float32' };
    },
    // rounding jumps, so its slope counts as 1
    gradient: (g, { attributes: { matrix } }) => [g.matmul(numbersOf(matrix))],
    lower: (emit, { names: [x], attributes: { matrix } }) => {
      const [codes, scales] = weightsOf(emit, matrix);
      const attributes = { K: matrix.inputs, N: matrix.outputs, bits: 8, block_size: block };
      const inputs = [x!, codes, scales];
      // level 4: x in 8 bits
      return emit.node(
        'MatMulNBits',
        inputs,
        { ...attributes, accuracy_level: 4 },
        'com.microsoft',
      );
    },
    evaluate: ([x], { matrix }) => {
      const { codes, scales, inputs, outputs } = matrix;
      const rounded = roundedBlocks(x!);
      const rows = x!.shape[0]!;
      const result = allocate('float32', rows * outputs);
      for (let row = 0; row < rows; row++) {
        for (let out = 0; out < outputs; out++) {
          let sum = 0;
          for (let i = 0; i < inputs; i++) {
            sum += rounded[row * inputs + i]! * (codes[out * inputs + i]! - 128);
          }
          result[row * outputs + out] = sum * scales[out]!;
        }
      }
      return result;
    },
  },
};

/** Each row of x in blocks, rounded to steps of the block's largest absolute value / 127. */
function roundedBlocks({ values, shape }: Dense): NumberArray {
  const width = shape[1]!;
  const result = new Float64Array(values.length);
  for (let start = 0; start < values.length; ) {
    const end = Math.min(start + block, (Math.floor(start / width) + 1) * width);
    let largest = 0;
    for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const step = Math.fround(largest / 127) || 1;
    for (let i = start; i < end; i++) result[i] = Math.round(values[i]! / step) * step;
    start = end;
  }
  return result;
}

/** The names of bytes and scales in the model: blocks along rows, the last one filled up with 0. */
function weightsOf(emit: Emitter, { key, codes, scales, inputs, outputs }: ByteMatrix) {
  const known = emit.memo.get(key) as readonly [string, string] | undefined;
  if (known !== undefined) return known;
  const blocks = Math.ceil(inputs / block);
  const filled = inputs % block === 0 ? codes : new Uint8Array(outputs * blocks * block).fill(128);
  const repeated = new Float32Array(outputs * blocks);
  for (let out = 0; out < outputs; out++) {
    const row = codes.subarray(out * inputs, (out + 1) * inputs);
    if (filled !== codes) filled.set(row, out * blocks * block);
    repeated.fill(scales[out]!, out * blocks, (out + 1) * blocks);
  }
  const names = [emit.name(`${key}codes`), emit.name(`${key}scales`)] as const;
  const bytes = new Uint8Array(repeated.buffer);
  emit.weight({ name: names[0], dtype: 'uint8', shape: [outputs, blocks, block], bytes: filled });
  emit.weight({ name: names[1], dtype: 'float32', shape: [outputs, blocks], bytes });
  emit.memo.set(key, names);
  return names;
}
