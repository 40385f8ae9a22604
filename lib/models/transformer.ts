/**
 * The Transformer (Vaswani et al. 2017, "Attention Is All You Need", arXiv:1706.03762, figure 1):
 * an encoder, whose tokens all look at each other, and a decoder, whose tokens look at those before
 * them and at what the encoder made of the source.
 *
 * As in the paper: one embedding for source, target and output (section 3.4), times √width; sines
 * as positions; norms after each part; ReLU; label smoothing in the loss if asked for. Deviations:
 * linear layers start as PyTorch's, embeddings with deviation 1/√width; dropout also acts within
 * attention and feed-forward layers.
 *
 * Parameters: embedding.weight [vocabularySize, width]; encoder.N.attention.query, .key, .value,
 * .output; encoder.N.attentionNorm; encoder.N.feedForward.up, .down; encoder.N.feedForwardNorm;
 * decoder.N.selfAttention, .selfNorm, .crossAttention, .crossNorm, .feedForward, .feedForwardNorm;
 * each with .weight and .bias.
 */

import { announce, demandLeave } from '../forbid.ts';
import { crossEntropy } from '../functions/losses.ts';
import { DecoderBlock, EncoderBlock } from '../nn/blocks.ts';
import { Dropout } from '../nn/dropout.ts';
import { Embedding } from '../nn/embedding.ts';
import { Module } from '../nn/module.ts';
import { SinusoidalPositions } from '../nn/positions.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decodable, Decoding } from './decoding.ts';
import { inference, normal } from './pieces.ts';
import { repeatRows, rereading } from './rereading.ts';

export interface TransformerConfig {
  /** Of source and target together. */
  vocabularySize: number;
  /** Blocks of the encoder, and of the decoder. */
  layers: number;
  heads: number;
  width: number;
  /** Width within the feed-forward layers; 4 · width if left out. */
  ffWidth?: number;
  dropout?: number;
  /** The token that fills up short sources and targets; none if left out. */
  padding?: number;
}

export class Transformer extends Module {
  readonly embedding: Embedding;
  readonly encoder: EncoderBlock[];
  readonly decoder: DecoderBlock[];
  readonly positions = new SinusoidalPositions();
  readonly dropout: Dropout;
  readonly config: TransformerConfig;

  constructor(config: TransformerConfig, random: RandomOptions) {
    demandLeave('Transformer');
    super();
    const { vocabularySize, layers, heads, width, ffWidth = 4 * width, dropout = 0 } = config;
    const seed = generatorFrom('Transformer', random);
    const options = { hidden: ffWidth, dropout, seed };
    this.config = config;
    this.embedding = new Embedding(vocabularySize, width, { seed });
    this.embedding.weight.assign(normal([vocabularySize, width], width ** -0.5, seed));
    this.encoder = Array.from({ length: layers }, () => new EncoderBlock(width, heads, options));
    this.decoder = Array.from({ length: layers }, () => new DecoderBlock(width, heads, options));
    this.dropout = new Dropout({ p: dropout, seed });
  }

  /** Logits of what follows each place of the target, `[batch, target, vocabularySize]`. */
  override forward(source: Tensor, target: Tensor): Tensor {
    return this.decoded(target, this.encoded(source), this.seen(source));
  }

  /**
   * The mean of −log p over the target's tokens from the second on.
   *
   * @param target `[batch, length]`, with the token that starts a text and the one that ends it
   */
  loss(source: Tensor, target: Tensor, options: { labelSmoothing?: number } = {}): Tensor {
    const length = target.shape[1]! - 1;
    const logits = this.forward(source, target.narrow(1, 0, length));
    const { padding } = this.config;
    return crossEntropy(logits.flatten(0, 1), target.narrow(1, 1, length).flatten(), {
      ...options,
      ...(padding !== undefined && { ignoreIndex: padding }),
    });
  }

  /**
   * What writes the target of a source `[1, length]`, or of several, `[batch, length]`, at once. The
   * whole target is read again for each token; `GPT` shows how a cache avoids that.
   */
  given(source: Tensor): Decodable {
    return { decode: (batch = 1) => this.decodeGiven(source, batch) };
  }

  /** `[batch, length] → [batch, length, width]` */
  private embedded(ids: Tensor): Tensor {
    const x = this.embedding.forward(ids).mul(Math.sqrt(this.config.width));
    return this.dropout.forward(this.positions.forward(x));
  }

  private encoded(source: Tensor): Tensor {
    const mask = this.seen(source);
    let x = this.embedded(source); // [batch, source, width]
    for (const block of this.encoder) x = block.forward(x, mask === null ? {} : { mask });
    return x;
  }

  private decoded(target: Tensor, context: Tensor, contextMask: Tensor | null): Tensor {
    let x = this.embedded(target); // [batch, target, width]
    for (const block of this.decoder) {
      x = block.forward(x, context, contextMask === null ? {} : { contextMask });
    }
    return this.embedding.unembed(x); // [batch, target, vocabularySize]
  }

  /** Which places of the source are not filled up: broadcasts to `[batch, heads, queries, source]`. */
  private seen(source: Tensor): Tensor | null {
    const { padding } = this.config;
    return padding === undefined ? null : source.ne(padding).unsqueeze(1).unsqueeze(1);
  }

  private decodeGiven(source: Tensor, batch: number): Decoding {
    const sources = repeatRows(source, batch);
    const context = inference(this, () => this.encoded(sources));
    const mask = this.seen(sources);
    const decoding = rereading(
      (target) => inference(this, () => this.decoded(target, context, mask)),
      batch,
    );
    return {
      read: async (ids) => {
        await context.realize();
        return decoding.read(ids);
      },
      select: (kept) => decoding.select(kept),
    };
  }
}

announce('Transformer');
