/**
 * A linear layer whose weight is kept in 8 or 4 bits a number (Dettmers et al. 2022,
 * arXiv:2208.07339, and 2023, arXiv:2305.14314), and is not learned.
 */

import { publicOp } from '../forbid.ts';
import { type ByteMatrix, byteMatrix, numbersOf, timesBytes } from '../ops/quantized.ts';
import type { Parameter } from '../tensor/parameter.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Embedding } from './embedding.ts';
import { Linear } from './linear.ts';
import { announceLayer, demandLayer, Module } from './module.ts';
import {
  type Int8Matrix,
  type NF4Matrix,
  quantizeInt8,
  quantizeNF4,
  transposed,
} from './quantization.ts';
import { QuantizedEmbedding } from './quantized-embedding.ts';
import { fromNF4, matrixOf, tensorsOf } from './quantized-tensors.ts';
import { findLayers } from './replace.ts';

export interface QuantizeOptions {
  /** `int8`: a byte a number, a scale a column; `nf4`: half a byte, a scale for 64 numbers. */
  format?: 'int8' | 'nf4';
  /** Of `nf4`: whether the scales are quantised too; true where left out. */
  doubleQuantization?: boolean;
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
  private saved!: Record<string, Tensor>;
  private bytes: ByteMatrix | null = null;
  private unpacked!: () => Tensor;

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
    this.keep(matrix);
  }

  private keep(matrix: Int8Matrix | NF4Matrix): void {
    this.saved = tensorsOf(matrix);
    if (matrix.format === 'nf4') this.unpacked = fromNF4(matrix, this.inputs * this.outputs);
    else {
      const bytes = byteMatrix(matrix.codes, matrix.scales);
      this.bytes = bytes;
      this.unpacked = () => numbersOf(bytes);
    }
  }

  protected override buffers(): Record<string, Tensor> {
    return this.saved;
  }

  protected override setBuffers(buffers: Record<string, Tensor>): void {
    this.keep(matrixOf(this.format, buffers));
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
 * A model that was quantised is saved and loaded as any other: `stateDict` has the bytes, and
 * `loadStateDict` takes them where the same layers of a model have been quantised alike.
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
