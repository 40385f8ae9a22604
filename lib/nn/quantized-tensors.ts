/** Quantised matrices as tensors: what they stand for, and what of them is saved. */

import { embedding } from '../functions/indexing.ts';
import { tensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import {
  type Int8Matrix,
  type NF4Matrix,
  nf4Block,
  nf4Values,
  type QuantizedScales,
  scaleBlock,
} from './quantization.ts';

/** The two NF4 numbers that each byte stands for, `[256, 2]`: unpacking is looking up. */
function nf4Pairs(): Tensor {
  return tensor(
    Array.from({ length: 256 }, (_, byte) => [nf4Values[byte >> 4]!, nf4Values[byte & 15]!]),
  );
}

/** Bytes with a scale for each of `rows` equal parts, as numbers `[rows, codes / rows]`. */
function fromBytes(codes: Tensor, scales: Tensor): Tensor {
  const rows = codes.cast('float32').sub(128).reshape([scales.numel, -1]);
  return rows.mul(scales.unsqueeze(1));
}

/** The numbers that NF4 codes stand for, the first `count`, on demand. */
export function fromNF4({ codes, absmax }: NF4Matrix, count: number): () => Tensor {
  const bytes = tensor(codes);
  const scales = scalesOf(absmax);
  const pairs = nf4Pairs();
  return () => {
    const blocks = embedding(pairs, bytes.cast('int32')).reshape([-1, nf4Block]);
    return blocks.mul(scales().unsqueeze(1)).flatten().narrow(0, 0, count);
  };
}

/** Scales of NF4 blocks, `[blocks]`. */
function scalesOf(absmax: Float32Array | QuantizedScales): () => Tensor {
  if (absmax instanceof Float32Array) {
    const scales = tensor(absmax);
    return () => scales;
  }
  const padded = new Uint8Array(absmax.steps.length * scaleBlock).fill(128);
  padded.set(absmax.codes);
  const [codes, steps] = [tensor(padded), tensor(absmax.steps)];
  const { length } = absmax.codes;
  return () => fromBytes(codes, steps).add(absmax.mean).flatten().narrow(0, 0, length);
}

/**
 * What is saved of a matrix: of bytes `codes` and `scales`; of NF4 `codes` and `absmax`, or
 * `absmax.codes`, `absmax.steps` and `absmax.mean` where it is quantised too.
 */
export function tensorsOf(matrix: Int8Matrix | NF4Matrix): Record<string, Tensor> {
  if (matrix.format === 'int8') {
    const { codes, scales } = matrix;
    return { codes: leaf(codes, [scales.length, -1]), scales: leaf(scales) };
  }
  const { codes, absmax } = matrix;
  if (absmax instanceof Float32Array) return { codes: leaf(codes), absmax: leaf(absmax) };
  return {
    codes: leaf(codes),
    'absmax.codes': leaf(absmax.codes),
    'absmax.steps': leaf(absmax.steps),
    'absmax.mean': leaf(Float32Array.of(absmax.mean), []),
  };
}

/** The matrix of which these, computed, were saved. */
export function matrixOf(
  format: 'int8' | 'nf4',
  tensors: Readonly<Record<string, Tensor>>,
): Int8Matrix | NF4Matrix {
  const bytes = (name: string) => tensors[name]!.origin.data as Uint8Array;
  const floats = (name: string) => tensors[name]!.origin.data as Float32Array;
  const codes = bytes('codes');
  if (format === 'int8') return { format, codes, scales: floats('scales') };
  if (tensors.absmax !== undefined) return { format, codes, absmax: floats('absmax') };
  const [steps, mean] = [floats('absmax.steps'), floats('absmax.mean')[0]!];
  return { format, codes, absmax: { codes: bytes('absmax.codes'), steps, mean } };
}

/** A tensor on these very values. */
function leaf(data: Uint8Array | Float32Array, sizes: readonly number[] = [-1]): Tensor {
  const known = sizes.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const shape = sizes.map((size) => (size === -1 ? data.length / known : size));
  return new Tensor(shape, data instanceof Uint8Array ? 'uint8' : 'float32', { op: null, data });
}
