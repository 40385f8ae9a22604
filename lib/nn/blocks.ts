/**
 * The blocks of a Transformer (Vaswani et al. 2017, arXiv:1706.03762, figure 1), normalised after
 * each part as there (`post`), or before it (`pre`: Xiong et al. 2020, arXiv:2002.04745).
 */

import type { AttentionOptions } from '../functions/attention.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type KeysAndValues, MultiHeadAttention, type MultiHeadOptions } from './attention.ts';
import { type Dropout, dropoutOrNone } from './dropout.ts';
import { FeedForward, type FeedForwardOptions } from './feed-forward.ts';
import type { PastLayer } from './key-value-cache.ts';
import { LayerNorm } from './layer-norm.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

export interface BlockOptions extends RandomOptions {
  /** The width inside the feed-forward part; 4 · dModel where left out (PyTorch: 2048). */
  hidden?: number;
  /** Where the normalisation is; `post` where left out, as in PyTorch. */
  norm?: 'pre' | 'post';
  /** The bend of the feed-forward part; `relu` where left out. */
  activation?: FeedForwardOptions['activation'];
  /** Whether linear layers have biases; true where left out. */
  bias?: boolean;
  /** How much is dropped of weights, hidden numbers and each part's result; 0 where left out. */
  dropout?: number;
}

/** What the two kinds of block have in common: how a part is added to the stream. */
abstract class Block extends Module {
  abstract readonly norm: 'pre' | 'post';
  abstract readonly dropout: Dropout | null;

  /** pre: x + f(norm(x)); post: norm(x + f(x)). */
  protected around(x: Tensor, norm: LayerNorm, part: (x: Tensor) => Tensor): Tensor {
    const dropped = (y: Tensor) => this.dropout?.forward(y) ?? y;
    if (this.norm === 'pre') return x.add(dropped(part(norm.forward(x))));
    return norm.forward(x.add(dropped(part(x))));
  }
}

/** The parts of both kinds, from their options. */
function partsOf(name: string, dModel: number, heads: number, options: BlockOptions) {
  const { hidden = 4 * dModel, norm = 'post', bias = true, dropout = 0 } = options;
  const seed = generatorFrom(name, options);
  return {
    norm,
    attention: () => new MultiHeadAttention(dModel, heads, { bias, dropout, seed }),
    feedForward: () =>
      new FeedForward(dModel, hidden, {
        bias,
        dropout,
        seed,
        activation: options.activation ?? 'relu',
      }),
    dropout: () => dropoutOrNone(dropout, { seed }),
  };
}

/** Self-attention, then a feed-forward part. With `isCausal` it is the block of a GPT. */
export class EncoderBlock extends Block {
  readonly attention: MultiHeadAttention;
  readonly attentionNorm: LayerNorm;
  readonly feedForward: FeedForward;
  readonly feedForwardNorm: LayerNorm;
  readonly norm: 'pre' | 'post';
  readonly dropout: Dropout | null;

  constructor(dModel: number, heads: number, options: BlockOptions) {
    demandLayer('EncoderBlock');
    super();
    const parts = partsOf('nn.EncoderBlock', dModel, heads, options);
    this.attention = parts.attention();
    this.attentionNorm = new LayerNorm(dModel);
    this.feedForward = parts.feedForward();
    this.feedForwardNorm = new LayerNorm(dModel);
    this.norm = parts.norm;
    this.dropout = parts.dropout();
  }

  /**
   * @param x `[batch, length, dModel]`
   * @returns the same shape
   */
  override forward(x: Tensor, options: Omit<MultiHeadOptions, 'context'> = {}): Tensor {
    demandLayer('EncoderBlock');
    const seen = this.around(x, this.attentionNorm, (y) => this.attention.forward(y, options));
    return this.around(seen, this.feedForwardNorm, (y) => this.feedForward.forward(y));
  }
}

export interface DecoderOptions {
  /** What of the encoder's output may be seen, as in attention. */
  contextMask?: Tensor;
  /** What of x itself may be seen; causal where left out. */
  self?: AttentionOptions;
}

/** Causal self-attention, attention to an encoder's output, then a feed-forward part. */
export class DecoderBlock extends Block {
  readonly selfAttention: MultiHeadAttention;
  readonly selfNorm: LayerNorm;
  readonly crossAttention: MultiHeadAttention;
  readonly crossNorm: LayerNorm;
  readonly feedForward: FeedForward;
  readonly feedForwardNorm: LayerNorm;
  readonly norm: 'pre' | 'post';
  readonly dropout: Dropout | null;

  constructor(dModel: number, heads: number, options: BlockOptions) {
    demandLayer('DecoderBlock');
    super();
    const parts = partsOf('nn.DecoderBlock', dModel, heads, options);
    this.selfAttention = parts.attention();
    this.selfNorm = new LayerNorm(dModel);
    this.crossAttention = parts.attention();
    this.crossNorm = new LayerNorm(dModel);
    this.feedForward = parts.feedForward();
    this.feedForwardNorm = new LayerNorm(dModel);
    this.norm = parts.norm;
    this.dropout = parts.dropout();
  }

  /**
   * @param x `[batch, length, dModel]`
   * @param context what the encoder gave, `[batch, keys, dModel]`
   * @returns the shape of x
   */
  override forward(x: Tensor, context: Tensor, options: DecoderOptions = {}): Tensor {
    demandLayer('DecoderBlock');
    const self = options.self ?? { isCausal: true };
    const own = this.around(x, this.selfNorm, (y) => this.selfAttention.forward(y, self));
    return this.afterSelf(own, context, options.contextMask);
  }

  /**
   * The same for new tokens only; see `MultiHeadAttention.forwardCached`.
   *
   * @param context what `crossAttention.projected` made of the encoder's output
   */
  forwardCached(
    x: Tensor,
    past: PastLayer,
    mask: Tensor,
    context: KeysAndValues,
    contextMask?: Tensor,
  ): { y: Tensor; k: Tensor; v: Tensor } {
    demandLayer('DecoderBlock');
    const news: { k: Tensor; v: Tensor }[] = [];
    const own = this.around(x, this.selfNorm, (z) => {
      const { y, ...added } = this.selfAttention.forwardCached(z, past, mask);
      news.push(added);
      return y;
    });
    return { y: this.afterSelf(own, context, contextMask), ...news[0]! };
  }

  /** What follows self-attention. */
  private afterSelf(x: Tensor, context: Tensor | KeysAndValues, mask?: Tensor): Tensor {
    const across = { context, ...(mask === undefined ? {} : { mask }) };
    const seen = this.around(x, this.crossNorm, (y) => this.crossAttention.forward(y, across));
    return this.around(seen, this.feedForwardNorm, (y) => this.feedForward.forward(y));
  }
}

announceLayer('EncoderBlock');
announceLayer('DecoderBlock');
