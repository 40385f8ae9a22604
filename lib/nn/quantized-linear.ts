/**
 * A linear layer whose weight is kept in 8 or 4 bits a number (Dettmers et al. 2022,
 * arXiv:2208.07339, and 2023, arXiv:2305.14314), and is not learned.
 */

import { publicOp } from '../forbid.ts';
import { embedding } from '../functions/indexing.ts';
import { type ByteMatrix, byteMatrix, numbersOf, timesBytes } from '../ops/quantized.ts';
import { tensor } from '../tensor/create.ts';
import type { Parameter } from '../tensor/parameter.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Embedding } from './embedding.ts';
import { Linear } from './linear.ts';
import { announceLayer, demandLayer, Module } from './module.ts';
import {
  type Int8Matrix,
  type NF4Matrix,
  nf4Block,
  nf4Values,
  type QuantizedScales,
  quantizeInt8,
  quantizeNF4,
  scaleBlock,
  transposed,
} from './quantization.ts';
import { QuantizedEmbedding } from './quantized-embedding.ts';
import { findLayers } from './replace.ts';

export interface QuantizeOptions {
  /** `int8`: a byte a number, a scale a column; `nf4`: half a byte, a scale for 64 numbers. */
  format?: 'int8' | 'nf4';
  /** Of `nf4`: whether the scales are quantised too; true where left out. */
  doubleQuantization?: boolean;
}

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
function fromNF4({ codes, absmax }: NF4Matrix, count: number): () => Tensor {
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
 * y = x·W + b with a quantised W; `[..., in] → [..., out]`.
 *
 * With `int8` the input is rounded too, in blocks of 128, so that bytes are multiplied by bytes
 * (about 1 % of an output's spread). With `nf4` the weight is unpacked for each product.
 */
export class QuantizedLinear extends Module {
  readonly bias: Parameter | null;
  readonly inputs: number;
  readonly outputs: number;
  readonly format: 'int8' | 'nf4';
  private readonly bytes: ByteMatrix | null = null;
  private readonly unpacked: () => Tensor;

  /**
   * @param matrix the weight as `[out, in]`
   * @param sizes with `bias`: what is added, `[out]`
   */
  constructor(
    matrix: Int8Matrix | NF4Matrix,
    { inputs, outputs, bias }: { inputs: number; outputs: number; bias: Parameter | null },
  ) {
    demandLayer('QuantizedLinear');
    super();
    this.bias = bias;
    this.inputs = inputs;
    this.outputs = outputs;
    this.format = matrix.format;
    if (matrix.format === 'nf4') this.unpacked = fromNF4(matrix, inputs * outputs);
    else {
      const bytes = byteMatrix(matrix.codes, matrix.scales);
      this.bytes = bytes;
      this.unpacked = () => numbersOf(bytes);
    }
  }

  /** The same layer with its weight quantised; the bias is shared. */
  static async from(linear: Linear, options: QuantizeOptions = {}): Promise<QuantizedLinear> {
    const { format = 'int8', doubleQuantization = true } = options;
    const { inputs, outputs, bias } = linear;
    await linear.weight.realize();
    const weights = transposed(linear.weight.origin.data as Float32Array, outputs); // [out, in]
    const matrix =
      format === 'int8' ? quantizeInt8(weights, inputs) : quantizeNF4(weights, doubleQuantization);
    return new QuantizedLinear(matrix, { inputs, outputs, bias });
  }

  /** The weight that the codes stand for, `[out, in]`. */
  weight(): Tensor {
    return this.unpacked().reshape([this.outputs, this.inputs]);
  }

  override forward(x: Tensor): Tensor {
    demandLayer('QuantizedLinear');
    const product = this.bytes === null ? x.matmul(this.weight().T) : timesBytes(x, this.bytes);
    return this.bias === null ? product : product.add(this.bias); // [..., out]
  }
}

/** Which layers of a model are quantised, by their place such as `blocks.0.feedForward.up`. */
interface Targets {
  /** Linear layers; all where left out. */
  targets?: RegExp;
  /** Embeddings, in bytes; none where left out. */
  embeddings?: RegExp;
}

/**
 * Puts frozen {@link QuantizedLinear} layers in the place of a model's linear layers, and
 * {@link QuantizedEmbedding} in that of chosen embeddings. With `addLoRA` after it this is QLoRA.
 *
 * @returns the places of the layers that were replaced
 */
export const quantize = publicOp(
  'nn.quantize',
  async (
    model: Module,
    { targets = /./, embeddings, ...options }: QuantizeOptions & Targets = {},
  ): Promise<string[]> => {
    const places: string[] = [];
    const isLinear = (layer: Module) => layer instanceof Linear;
    for (const found of findLayers('quantize', model, targets, isLinear)) {
      const layer = await QuantizedLinear.from(found.layer, options);
      found.replace(layer.freeze());
      places.push(...found.places);
    }
    if (embeddings === undefined) return places;
    const isEmbedding = (layer: Module) => layer instanceof Embedding;
    for (const found of findLayers('quantize', model, embeddings, isEmbedding)) {
      found.replace(await QuantizedEmbedding.from(found.layer));
      places.push(...found.places);
    }
    return places;
  },
);

announceLayer('QuantizedLinear');
