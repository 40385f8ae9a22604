/**
 * Weights in few bits, as pure functions on arrays.
 *
 * A matrix lies here as `[out, in]`, row after row, so that a block of neighbours belongs to one
 * output. Both forms are ONNX Runtime's: bytes with zero point 128 (MatMulNBits with 8 bits), and
 * bitsandbytes' NF4 (MatMulBnb4).
 */

/** Bytes with a scale for each row: w ≈ (code − 128) · scale. */
export interface Int8Matrix {
  format: 'int8';
  /** `[out, in]` */
  codes: Uint8Array;
  /** `[out]` */
  scales: Float32Array;
}

/** Four bits a number with a scale for each block: w ≈ nf4[code] · absmax. */
export interface NF4Matrix {
  format: 'nf4';
  /** Two codes a byte, the first in the upper half; filled up to whole blocks. */
  codes: Uint8Array;
  /** The largest absolute value of each block; or itself quantised. */
  absmax: Float32Array | QuantizedScales;
}

/** Scales in a byte each: scale ≈ mean + (code − 128) · step. */
export interface QuantizedScales {
  codes: Uint8Array;
  /** For each block of {@link scaleBlock} scales. */
  steps: Float32Array;
  mean: number;
}

/** How many numbers share a scale in NF4. */
export const nf4Block = 64;

/** How many scales share a step where scales are quantised too. */
export const scaleBlock = 256;

/**
 * The 16 numbers of NF4 (Dettmers et al. 2023, arXiv:2305.14314, appendix E): quantiles of the
 * normal distribution, so that each is used about equally often, with 0 among them.
 */
export const nf4Values: readonly number[] = [
  -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
  0.7229568362236023, 1.0,
];

/** Halfway between neighbours. */
const nf4Borders = nf4Values.slice(1).map((value, i) => (nf4Values[i]! + value) / 2);

/** The code of the NF4 number that is nearest to x, which lies between −1 and 1. */
function nearestNF4(x: number): number {
  let code = 0;
  while (code < 15 && x > nf4Borders[code]!) code++;
  return code;
}

function largest(values: Float32Array): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) found = Math.max(found, Math.abs(values[i]!));
  return found;
}

/** Codes from 1 to 255 for `values`, and what a step is worth. */
function toBytes(values: Float32Array): { codes: Uint8Array; step: number } {
  const step = Math.fround(largest(values) / 127);
  const codes = new Uint8Array(values.length).fill(128);
  if (step === 0) return { codes, step };
  for (let i = 0; i < values.length; i++) codes[i] = Math.round(values[i]! / step) + 128;
  return { codes, step };
}

/** A matrix `[rows, columns]` with rows and columns swapped. */
export function transposed(values: Float32Array, columns: number): Float32Array {
  const rows = values.length / columns;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) result[c * rows + row] = values[row * columns + c]!;
  }
  return result;
}

/** Each row of `weights` `[out, in]` in steps of its largest absolute value / 127. */
export function quantizeInt8(weights: Float32Array, inputs: number): Int8Matrix {
  const codes = new Uint8Array(weights.length);
  const scales = new Float32Array(weights.length / inputs);
  for (let row = 0; row < scales.length; row++) {
    const start = row * inputs;
    const bytes = toBytes(weights.subarray(start, start + inputs));
    codes.set(bytes.codes, start);
    scales[row] = bytes.step;
  }
  return { format: 'int8', codes, scales };
}

/** The weights that `matrix` stands for, `[out, in]`. */
export function dequantizeInt8({ codes, scales }: Int8Matrix): Float32Array {
  const inputs = codes.length / scales.length;
  return Float32Array.from(codes, (code, i) => (code - 128) * scales[Math.floor(i / inputs)]!);
}

/**
 * `weights` in blocks of 64, each divided by its largest absolute value and rounded to NF4.
 *
 * @param double whether the blocks' largest values are quantised too, which saves 0.37 bits a
 *   weight. The paper does so in 8-bit floats; here these are whole steps.
 */
export function quantizeNF4(weights: Float32Array, double = false): NF4Matrix {
  const blocks = Math.ceil(weights.length / nf4Block);
  const codes = new Uint8Array((blocks * nf4Block) / 2).fill(0x77); // 7 stands for 0
  const absmax = new Float32Array(blocks);
  for (let b = 0; b < blocks; b++) {
    const block = weights.subarray(b * nf4Block, (b + 1) * nf4Block);
    absmax[b] = largest(block);
    for (let i = 0; i < block.length; i++) {
      const code = absmax[b] === 0 ? 7 : nearestNF4(block[i]! / absmax[b]!);
      const at = (b * nf4Block + i) >> 1;
      codes[at] = i % 2 === 0 ? (code << 4) | 7 : (codes[at]! & 0xf0) | code;
    }
  }
  return { format: 'nf4', codes, absmax: double ? quantizeScales(absmax) : absmax };
}

/** The first `count` weights that `matrix` stands for. */
export function dequantizeNF4({ codes, absmax }: NF4Matrix, count: number): Float32Array {
  const scales = absmax instanceof Float32Array ? absmax : dequantizeScales(absmax);
  return Float32Array.from({ length: count }, (_, i) => {
    const byte = codes[i >> 1]!;
    const code = i % 2 === 0 ? byte >> 4 : byte & 15;
    return nf4Values[code]! * scales[Math.floor(i / nf4Block)]!;
  });
}

/** Scales less their mean, in blocks of 256, each in steps of its largest absolute value / 127. */
export function quantizeScales(scales: Float32Array): QuantizedScales {
  const mean = Math.fround(scales.reduce((sum, scale) => sum + scale, 0) / scales.length);
  const codes = new Uint8Array(scales.length);
  const steps = new Float32Array(Math.ceil(scales.length / scaleBlock));
  for (let b = 0; b < steps.length; b++) {
    const block = scales.subarray(b * scaleBlock, (b + 1) * scaleBlock);
    const bytes = toBytes(block.map((scale) => scale - mean));
    codes.set(bytes.codes, b * scaleBlock);
    steps[b] = bytes.step;
  }
  return { codes, steps, mean };
}

/** The scales that `quantized` stands for. */
export function dequantizeScales({ codes, steps, mean }: QuantizedScales): Float32Array {
  return Float32Array.from(
    codes,
    (code, i) => mean + (code - 128) * steps[Math.floor(i / scaleBlock)]!,
  );
}
