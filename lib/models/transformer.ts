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
import { crossEntropy } from '../functions/class-losses.ts';
import { cat } from '../functions/movement.ts';
import { DecoderBlock, EncoderBlock } from '../nn/blocks.ts';
import { Dropout } from '../nn/dropout.ts';
import { Embedding } from '../nn/embedding.ts';
import { Module } from '../nn/module.ts';
import { SinusoidalPositions } from '../nn/positions.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CachedDecoding, type Past } from './cached-decoding.ts';
import type { Decodable, Decoding } from './decoding.ts';
import { checkSources, inference, normal } from './pieces.ts';

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

  /** What writes the target of a source `[1, length]`, or of several, `[batch, length]`, at once. */
  given(source: Tensor): Decodable {
    return { decode: (batch = 1) => this.decodeGiven(source, batch) };
  }

  /** As GPT's: see there. The memory is what {@link remembered} made of the source. */
  forwardCached(ids: Tensor, past: Past): { logits: Tensor; news: Tensor } {
    const mask = this.config.padding === undefined ? undefined : past.memory.at(-1);
    const news: Tensor[] = [];
    let x = this.embedded(ids.transpose(0, 1), past.places); // [batch, time, width]
    for (const [layer, block] of this.decoder.entries()) {
      const [keys, values] = past.memory.slice(2 * layer) as [Tensor, Tensor];
      const context = { keys, values };
      const { y, k, v } = block.forwardCached(x, past.layers[layer]!, past.mask, context, mask);
      news.push(k, v);
      x = y;
    }
    const last = x.indexSelect(1, past.last).squeeze(1); // [batch, width]
    return { logits: this.embedding.unembed(last), news: cat(news, 1) };
  }

  /** `[batch, length] → [batch, length, width]` */
  private embedded(ids: Tensor, positions?: Tensor): Tensor {
    const x = this.embedding.forward(ids).mul(Math.sqrt(this.config.width));
    return this.dropout.forward(this.positions.forward(x, positions && { positions }));
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

  /** What every token of the target looks at: each layer's keys and values, and which are seen. */
  private remembered(source: Tensor): Tensor[] {
    const context = this.encoded(source);
    const projected = this.decoder.flatMap(({ crossAttention }) => {
      const { keys, values } = crossAttention.projected(context);
      return [keys, values]; // [batch, heads, source, headWidth]
    });
    return [...projected, this.seen(source) ?? []].flat();
  }

  private decodeGiven(source: Tensor, batch: number): Decoding {
    checkSources(source, batch);
    const memory = inference(this, () => this.remembered(source));
    return new CachedDecoding(this, batch, { memory, chunk: 1 });
  }
}

announce('Transformer');
