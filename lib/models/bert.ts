/**
 * BERT (Devlin et al. 2018, arXiv:1810.04805): an encoder that sees a text in both directions. It
 * learns by guessing tokens that were masked, and then, with a new head, to classify texts.
 *
 * Deviations: norms divide by √(variance + 1e-5) (the paper's code: 1e-12); the next-sentence task
 * is left to the classifier, which is a head of any number of classes.
 *
 * Parameters: tokenEmbedding, positionEmbedding, segmentEmbedding (weight); embeddingNorm;
 * blocks.N.attention.query, .key, .value, .output; blocks.N.attentionNorm; blocks.N.feedForward.up,
 * .down; blocks.N.feedForwardNorm; transform, transformNorm, maskedBias (masked tokens); pooler,
 * classifier (classes).
 */

import { announce, demandLeave, publicOp } from '../forbid.ts';
import { crossEntropy } from '../functions/class-losses.ts';
import { EncoderBlock } from '../nn/blocks.ts';
import { Dropout } from '../nn/dropout.ts';
import { Embedding } from '../nn/embedding.ts';
import { LayerNorm } from '../nn/layer-norm.ts';
import { Linear } from '../nn/linear.ts';
import { Module } from '../nn/module.ts';
import { tensor, zeros } from '../tensor/create.ts';
import { Parameter } from '../tensor/parameter.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { lengthOf, normal } from './pieces.ts';

export interface BERTConfig {
  vocabularySize: number;
  contextLength: number;
  layers: number;
  heads: number;
  width: number;
  /** Width within the feed-forward layers; 4 · width if left out. */
  ffWidth?: number;
  /** How many classes the classifier tells apart; 2 if left out. */
  classes?: number;
  dropout?: number;
  /** The token that fills up short texts; none if left out. */
  padding?: number;
  /** The standard deviation with which matrices start; 0.02 if left out, see `GPTConfig`. */
  initStd?: number;
}

/** Targets of this value do not count. */
const ignored = -100;

export class BERT extends Module {
  readonly tokenEmbedding: Embedding;
  readonly positionEmbedding: Embedding;
  readonly segmentEmbedding: Embedding;
  readonly embeddingNorm: LayerNorm;
  readonly blocks: EncoderBlock[];
  readonly transform: Linear;
  readonly transformNorm: LayerNorm;
  readonly maskedBias: Parameter;
  readonly pooler: Linear;
  readonly classifier: Linear;
  readonly dropout: Dropout;
  readonly config: BERTConfig;

  constructor(config: BERTConfig, random: RandomOptions) {
    demandLeave('BERT');
    super();
    const { vocabularySize, contextLength, layers, heads, width, dropout = 0 } = config;
    const { ffWidth = 4 * width, classes = 2, initStd = 0.02 } = config;
    const seed = generatorFrom('BERT', random);
    const options = { hidden: ffWidth, activation: 'gelu', dropout, seed } as const;
    this.config = config;
    this.tokenEmbedding = new Embedding(vocabularySize, width, { seed });
    this.positionEmbedding = new Embedding(contextLength, width, { seed });
    this.segmentEmbedding = new Embedding(2, width, { seed });
    this.embeddingNorm = new LayerNorm(width);
    this.blocks = Array.from({ length: layers }, () => new EncoderBlock(width, heads, options));
    this.transform = new Linear(width, width, { seed });
    this.transformNorm = new LayerNorm(width);
    this.maskedBias = new Parameter(zeros([vocabularySize]));
    this.pooler = new Linear(width, width, { seed });
    this.classifier = new Linear(width, classes, { seed });
    this.dropout = new Dropout({ p: dropout, seed });
    for (const [name, parameter] of this.namedParameters()) {
      if (name.endsWith('bias')) parameter.assign(zeros(parameter.shape));
      if (parameter.ndim === 2) parameter.assign(normal(parameter.shape, initStd, seed));
    }
  }

  /**
   * What it makes of each token, `[batch, length] → [batch, length, width]`.
   *
   * @param segments `[batch, length]` of 0 and 1: which of two texts a token belongs to
   */
  override forward(ids: Tensor, segments?: Tensor): Tensor {
    const { contextLength, padding } = this.config;
    const length = lengthOf('BERT', ids, contextLength);
    const tokens = this.tokenEmbedding.forward(ids); // [batch, length, width]
    const places = this.positionEmbedding.weight.narrow(0, 0, length);
    const segment = this.segmentEmbedding.forward(segments ?? ids.mul(0));
    const sum = tokens.add(places).add(segment);
    let x = this.dropout.forward(this.embeddingNorm.forward(sum));
    const seen = padding === undefined ? {} : { mask: ids.ne(padding).unsqueeze(1).unsqueeze(1) };
    for (const block of this.blocks) x = block.forward(x, seen);
    return x;
  }

  /** Logits of the token at each place, `[batch, length, vocabularySize]`. */
  maskedLogits(ids: Tensor, segments?: Tensor): Tensor {
    const x = this.transform.forward(this.forward(ids, segments)).gelu();
    const normal = this.transformNorm.forward(x); // [batch, length, width]
    return this.tokenEmbedding.unembed(normal).add(this.maskedBias);
  }

  /** The mean of −log p over the masked tokens; targets are −100 where nothing was masked. */
  maskedLoss(ids: Tensor, targets: Tensor, segments?: Tensor): Tensor {
    const logits = this.maskedLogits(ids, segments);
    return crossEntropy(logits.flatten(0, 1), targets.flatten(), { ignoreIndex: ignored });
  }

  /** Logits of the classes, `[batch, classes]`, from what became of the first token. */
  classify(ids: Tensor, segments?: Tensor): Tensor {
    const first = this.forward(ids, segments).select(1, 0); // [batch, width]
    return this.classifier.forward(this.dropout.forward(this.pooler.forward(first).tanh()));
  }

  /** The mean of −log p of the right classes, `[batch]`. */
  classLoss(ids: Tensor, classes: Tensor, segments?: Tensor): Tensor {
    return crossEntropy(this.classify(ids, segments), classes);
  }
}

export interface MaskingOptions extends RandomOptions {
  vocabularySize: number;
  /** The token that stands for a masked one. */
  maskToken: number;
  /** Tokens that are never masked: padding, separators. */
  special?: readonly number[];
  /** How many tokens are to be guessed; 0.15 if left out. */
  share?: number;
}

/**
 * Hides tokens for BERT to guess (section 3.1): of those chosen 80 % become the mask token, 10 % a
 * random one, 10 % stay.
 *
 * @returns `ids` to read, and `targets`, −100 where nothing is to be guessed
 */
export const maskTokens = publicOp(
  'maskTokens',
  (
    texts: readonly (readonly number[])[],
    { vocabularySize, maskToken, special = [], share = 0.15, ...random }: MaskingOptions,
  ): { ids: Tensor; targets: Tensor } => {
    const generator = generatorFrom('maskTokens', random);
    const spared = new Set(special);
    const chosen = texts.map((text) =>
      text.map((token) => !spared.has(token) && generator.uniform() < share),
    );
    const hide = (token: number): number => {
      const u = generator.uniform();
      if (u < 0.8) return maskToken;
      return u < 0.9 ? generator.below(vocabularySize) : token;
    };
    const each = (f: (token: number, isChosen: boolean) => number) =>
      tensor(
        texts.map((text, i) => text.map((token, j) => f(token, chosen[i]![j]!))),
        { dtype: 'int64' },
      );
    return {
      ids: each((token, isChosen) => (isChosen ? hide(token) : token)),
      targets: each((token, isChosen) => (isChosen ? token : ignored)),
    };
  },
);

announce('BERT');
