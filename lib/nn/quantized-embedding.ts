/** An embedding whose vectors are kept in bytes, with a scale for each; it is not learned. */

import { indexSelect } from '../functions/indexing.ts';
import { type ByteMatrix, byteMatrix, timesBytes } from '../ops/quantized.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Embedding } from './embedding.ts';
import { announceLayer, demandLayer, Module } from './module.ts';
import { type Int8Matrix, quantizeInt8 } from './quantization.ts';
import { matrixOf, tensorsOf } from './quantized-tensors.ts';

/** Ids of any shape become vectors: `[...] → [..., d]`. */
export class QuantizedEmbedding extends Module {
  /** `codes` `[n, d]`, uint8, where 128 stands for 0; and `scales` `[n]`. */
  private saved!: Record<string, Tensor>;
  private matrix!: ByteMatrix;

  constructor(matrix: Int8Matrix) {
    demandLayer('QuantizedEmbedding');
    super();
    this.setBuffers(tensorsOf(matrix));
  }

  protected override buffers(): Record<string, Tensor> {
    return this.saved;
  }

  protected override setBuffers(buffers: Record<string, Tensor>): void {
    const { codes, scales } = matrixOf('int8', buffers) as Int8Matrix;
    this.matrix = byteMatrix(codes, scales);
    this.saved = buffers;
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
    const { codes, scales } = this.saved as { codes: Tensor; scales: Tensor };
    const steps = indexSelect(codes, 0, places).cast('float32').sub(128); // [ids, d]
    const vectors = steps.mul(indexSelect(scales, 0, places).unsqueeze(1));
    return vectors.reshape([...ids.shape, codes.shape[1]!]);
  }

  /** As {@link Embedding.unembed}, with x rounded as in a quantised linear layer. */
  unembed(x: Tensor): Tensor {
    demandLayer('QuantizedEmbedding');
    return timesBytes(x, this.matrix);
  }
}

announceLayer('QuantizedEmbedding');
