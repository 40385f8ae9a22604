/** Multi-head attention (Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2). */

import { type AttentionOptions, scaledDotProductAttention } from '../functions/neural.ts';
import { ShapeError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Linear } from './linear.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

/** Where keys and values come from, and what may be seen. */
export interface MultiHeadOptions extends AttentionOptions {
  /**
   * Cross-attention: keys and values are made from this `[batch, keys, dModel]`; from x itself
   * where left out.
   */
  context?: Tensor;
}

/**
 * Several attentions side by side, each on its own slice of the projections; no biases in the
 * projections.
 */
export class MultiHeadAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
  readonly heads: number;

  constructor(dModel: number, heads: number, random: RandomOptions) {
    demandLayer('MultiHeadAttention');
    super();
    if (dModel % heads !== 0) {
      throw new ShapeError(
        `nn.MultiHeadAttention: ${heads} heads do not divide a width of ${dModel}`,
      );
    }
    const seed = generatorFrom('nn.MultiHeadAttention', random);
    const projection = () => new Linear(dModel, dModel, { bias: false, seed });
    this.heads = heads;
    this.query = projection();
    this.key = projection();
    this.value = projection();
    this.output = projection();
  }

  /**
   * @param x `[batch, length, dModel]`
   * @returns the same shape
   */
  override forward(x: Tensor, { context = x, ...options }: MultiHeadOptions = {}): Tensor {
    demandLayer('MultiHeadAttention');
    const q = splitHeads(this.query.forward(x), this.heads); // [batch, heads, length, dHead]
    const k = splitHeads(this.key.forward(context), this.heads); // [batch, heads, keys, dHead]
    const v = splitHeads(this.value.forward(context), this.heads); // [batch, heads, keys, dHead]
    const seen = scaledDotProductAttention(q, k, v, options); // [batch, heads, length, dHead]
    const joined = seen.transpose(1, 2).flatten(2); // [batch, length, dModel]
    return this.output.forward(joined);
  }
}

/** `[batch, length, dModel] → [batch, heads, length, dModel / heads]` */
function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, width] = x.shape as [number, number, number];
  return x.reshape([batch, length, heads, width / heads]).transpose(1, 2);
}

announceLayer('MultiHeadAttention');
