/** An embedding whose vectors are kept in bytes, with a scale for each; it is not learned. */

import { indexSelect } from '../functions/indexing.ts';
import { type ByteMatrix, byteMatrix, timesBytes } from '../ops/quantized.ts';
import { tensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Embedding } from './embedding.ts';
import { announceLayer, demandLayer, Module } from './module.ts';
import { type Int8Matrix, quantizeInt8 } from './quantization.ts';

/** Ids of any shape become vectors: `[...] → [..., d]`. */
export class QuantizedEmbedding extends Module {
  /** `[n, d]`, uint8; 128 stands for 0. */
  readonly codes: Tensor;
  /** `[n]` */
  readonly scales: Tensor;
  private readonly matrix: ByteMatrix;

  constructor({ codes, scales }: Int8Matrix) {
    demandLayer('QuantizedEmbedding');
    super();
    this.matrix = byteMatrix(codes, scales);
    const { outputs, inputs } = this.matrix;
    this.codes = new Tensor([outputs, inputs], 'uint8', { op: null, data: codes }); // not a copy
    this.scales = tensor(scales);
  }

  /** The same layer with its vectors quantised. */
  static async from({ weight }: Embedding): Promise<QuantizedEmbedding> {
    await weight.realize();
    return new QuantizedEmbedding(
      quantizeInt8(weight.origin.data as Float32Array, weight.shape[1]!),
    );
  }

  override forward(ids: Tensor): Tensor {
    demandLayer('QuantizedEmbedding');
    const places = ids.reshape([ids.numel]);
    const steps = indexSelect(this.codes, 0, places).cast('float32').sub(128); // [ids, d]
    const vectors = steps.mul(indexSelect(this.scales, 0, places).unsqueeze(1));
    return vectors.reshape([...ids.shape, this.codes.shape[1]!]);
  }

  /** As {@link Embedding.unembed}, with x rounded as in a quantised linear layer. */
  unembed(x: Tensor): Tensor {
    demandLayer('QuantizedEmbedding');
    return timesBytes(x, this.matrix);
  }
}

announceLayer('QuantizedEmbedding');
