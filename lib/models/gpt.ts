/**
 * GPT: a decoder-only Transformer that predicts the next token (Radford et al. 2019, "Language
 * Models are Unsupervised Multitask Learners"), and with other options Llama (Touvron et al. 2023,
 * arXiv:2302.13971). Read it as the figure, from top to bottom: embeddings, blocks of attention and
 * feed-forward around a residual stream, a last norm, the head.
 *
 * Deviations: `bias` concerns linear layers; a layer norm always has its shift, an RMS norm never.
 * `gelu` is exact (`geluTanh` is GPT-2's). Llama's weights start like GPT-2's. The rotary embedding
 * turns the halves of a head against each other, as Hugging Face's files do, not neighbours.
 *
 * Parameters in their order, by the names of `namedParameters()`; weights are `[in, out]`:
 *
 *     tokenEmbedding.weight               [vocabularySize, width]
 *     positionEmbedding.weight            [contextLength, width]        with learned positions
 *     blocks.N.norm1.weight, .bias        [width]                       .bias of layer norms
 *     blocks.N.attention.qkv.weight       [width, (heads + 2·kvHeads)·headWidth]
 *     blocks.N.attention.qkv.bias         [(heads + 2·kvHeads)·headWidth]
 *     blocks.N.attention.output.weight    [width, width]                .bias: [width]
 *     blocks.N.norm2.weight, .bias        [width]                       .bias of layer norms
 *     blocks.N.feedForward.gate.weight    [width, ffWidth]              .bias: [ffWidth]; SwiGLU
 *     blocks.N.feedForward.up.weight      [width, ffWidth]              .bias: [ffWidth]
 *     blocks.N.feedForward.down.weight    [ffWidth, width]              .bias: [width]
 *     finalNorm.weight, .bias             [width]                       .bias of layer norms
 *     head.weight                         [width, vocabularySize]       without tied embeddings
 *
 * The columns of `qkv` are all queries, all keys, all values, head after head; `heads / kvHeads`
 * query heads in a row share a key head. The head never has a bias.
 */

import { cat } from '../functions/movement.ts';
import { crossEntropy } from '../functions/neural.ts';
import { Embedding } from '../nn/embedding.ts';
import { LayerNorm } from '../nn/layer-norm.ts';
import { Linear } from '../nn/linear.ts';
import { Module } from '../nn/module.ts';
import { arange, tensor, zeros } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import { type Generator, generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CachedDecoding, type KeyValueCache, type PastLayer } from './cache.ts';
import { Dropout, geluTanh, normal, RMSNorm, silu } from './pieces.ts';

export interface GPTConfig {
  vocabularySize: number;
  /** How many tokens it sees at most. */
  contextLength: number;
  layers: number;
  heads: number;
  width: number;
  /** Heads of keys and values, shared by groups of query heads; as many as `heads` if left out. */
  kvHeads?: number;
  /** Width within the feed-forward layers; 4 · width if left out. */
  ffWidth?: number;
  /** Whether linear layers have biases; true if left out. */
  bias?: boolean;
  activation?: 'gelu' | 'geluTanh' | 'swiglu';
  norm?: 'layer' | 'rms';
  normEps?: number;
  positions?: 'learned' | 'rotary';
  /** The slowest rotation takes about this many positions per radian. */
  rotaryBase?: number;
  /** Whether the head is the token embedding transposed; true if left out. */
  tiedEmbeddings?: boolean;
  /** Share of activations set to 0 while training. */
  dropout?: number;
}

const defaults = {
  bias: true,
  activation: 'gelu',
  norm: 'layer',
  normEps: 1e-5,
  positions: 'learned',
  rotaryBase: 10_000,
  tiedEmbeddings: true,
  dropout: 0,
} as const;

/** A GPT that learns characters in minutes: 0.8 million parameters. */
export const gptNano: GPTConfig = {
  vocabularySize: 65,
  contextLength: 64,
  layers: 4,
  heads: 4,
  width: 128,
};

/** GPT-2, the smallest: 124 million parameters. */
export const gpt2: GPTConfig = {
  vocabularySize: 50_257,
  contextLength: 1024,
  layers: 12,
  heads: 12,
  width: 768,
  activation: 'geluTanh',
};

/** Llama's options at the sizes of SmolLM: 135 million parameters. */
export const llama: GPTConfig = {
  vocabularySize: 49_152,
  contextLength: 2048,
  layers: 30,
  heads: 9,
  kvHeads: 3,
  width: 576,
  ffWidth: 1536,
  bias: false,
  activation: 'swiglu',
  norm: 'rms',
  positions: 'rotary',
};

type Config = Required<GPTConfig>;

/** Cosines and sines of the angles by which positions turn, `[time, headWidth / 2]`. */
interface Rotation {
  cos: Tensor;
  sin: Tensor;
}

/** Turns each pair (x[i], x[i + headWidth / 2]) by its position's angle. */
function rotate(x: Tensor, { cos, sin }: Rotation): Tensor {
  const [a, b] = x.chunk(2, -1) as [Tensor, Tensor];
  return cat([a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))], -1);
}

class CausalSelfAttention extends Module {
  readonly qkv: Linear;
  readonly output: Linear;
  readonly dropout: Dropout;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;

  constructor({ width, heads, kvHeads, bias, dropout }: Config, random: RandomOptions) {
    super();
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headWidth = width / heads;
    this.qkv = new Linear(width, (heads + 2 * kvHeads) * this.headWidth, { bias, ...random });
    this.output = new Linear(width, width, { bias, ...random });
    this.dropout = new Dropout(dropout, random);
  }

  /** Queries, keys and values side by side, head after head; any leading dimensions. */
  private project(x: Tensor): [q: Tensor, k: Tensor, v: Tensor] {
    const { heads, kvHeads, headWidth } = this;
    const sizes = [heads * headWidth, kvHeads * headWidth, kvHeads * headWidth];
    return this.qkv.forward(x).split(sizes, -1) as [Tensor, Tensor, Tensor];
  }

  /** `[batch, length, width]` to the same; `future[i][j]`: place i must not see place j. */
  override forward(x: Tensor, future: Tensor, rotation: Rotation | null): Tensor {
    const [batch, length] = x.shape as [number, number];
    let [q, k, v] = this.project(x).map((y) => {
      const heads = y.shape[2]! / this.headWidth;
      return y.reshape([batch, length, heads, this.headWidth]).transpose(1, 2);
    }) as [Tensor, Tensor, Tensor]; // [batch, heads, length, headWidth], kvHeads in k and v
    if (rotation !== null) [q, k] = [rotate(q, rotation), rotate(k, rotation)];
    const groups = this.heads / this.kvHeads;
    if (groups > 1) [k, v] = [repeatHeads(k, groups), repeatHeads(v, groups)];
    const scores = q.matmul(k.transpose(-2, -1)).mul(this.headWidth ** -0.5);
    const weights = scores.maskedFill(future, -Infinity).softmax(-1); // [batch, heads, length, length]
    const mixed = this.dropout.forward(weights).matmul(v); // [batch, heads, length, headWidth]
    return this.output.forward(mixed.transpose(1, 2).flatten(2)); // [batch, length, width]
  }

  /**
   * The same for new places only, with keys and values of past ones at hand. Time comes first here,
   * as in the cache: `[time, batch, width]` to the same, and the new keys and values,
   * `[time, batch · kvHeads, headWidth]`. `mask` `[time · groups, past + time]` is added to scores.
   */
  forwardCached(x: Tensor, past: PastLayer, mask: Tensor, rotation: Rotation | null) {
    const [time, batch] = x.shape as [number, number];
    let [q, k, v] = this.project(x).map((y) =>
      y.reshape([time, y.numel / time / this.headWidth, this.headWidth]),
    ) as [Tensor, Tensor, Tensor]; // [time, batch · heads, headWidth], kvHeads in k and v
    if (rotation !== null) {
      const turn = { cos: rotation.cos.unsqueeze(1), sin: rotation.sin.unsqueeze(1) };
      [q, k] = [rotate(q, turn), rotate(k, turn)];
    }
    // the queries that share a key head are rows of one matrix
    const n = batch * this.kvHeads;
    const groups = this.heads / this.kvHeads;
    const rows = q.reshape([time, n, groups * this.headWidth]).transpose(0, 1);
    const queries = rows.reshape([n, time * groups, this.headWidth]).mul(this.headWidth ** -0.5);
    const toColumns = (y: Tensor) => y.permute([1, 2, 0]); // [n, headWidth, time]
    const scores = cat(
      [queries.matmul(toColumns(past.keys)), queries.matmul(toColumns(k))],
      -1, // [n, time · groups, past + time]
    );
    const weights = scores.add(mask).softmax(-1);
    const [onPast, onNew] = weights.split([past.keys.shape[0]!, time], -1) as [Tensor, Tensor];
    const mixed = onPast.matmul(past.values.transpose(0, 1)).add(onNew.matmul(v.transpose(0, 1)));
    const joined = mixed.reshape([n, time, groups * this.headWidth]).transpose(0, 1);
    const y = this.output.forward(joined.reshape(x.shape)); // [time, batch, width]
    return { y, k, v };
  }
}

/** `[batch, kvHeads, length, d] → [batch, kvHeads · times, length, d]`, each head `times` times. */
function repeatHeads(x: Tensor, times: number): Tensor {
  const [batch, heads, length, d] = x.shape as [number, number, number, number];
  const repeated = x.unsqueeze(2).expand([batch, heads, times, length, d]);
  return repeated.reshape([batch, heads * times, length, d]);
}

class FeedForward extends Module {
  readonly gate: Linear | null;
  readonly up: Linear;
  readonly down: Linear;
  readonly activation: Config['activation'];

  constructor({ width, ffWidth, bias, activation }: Config, random: RandomOptions) {
    super();
    this.activation = activation;
    this.gate = activation === 'swiglu' ? new Linear(width, ffWidth, { bias, ...random }) : null;
    this.up = new Linear(width, ffWidth, { bias, ...random });
    this.down = new Linear(ffWidth, width, { bias, ...random });
  }

  override forward(x: Tensor): Tensor {
    const up = this.up.forward(x); // [..., ffWidth]
    if (this.gate !== null) return this.down.forward(silu(this.gate.forward(x)).mul(up));
    return this.down.forward(this.activation === 'gelu' ? up.gelu() : geluTanh(up));
  }
}

class Block extends Module {
  readonly norm1: LayerNorm | RMSNorm;
  readonly attention: CausalSelfAttention;
  readonly norm2: LayerNorm | RMSNorm;
  readonly feedForward: FeedForward;
  readonly dropout: Dropout;

  constructor(config: Config, random: RandomOptions) {
    super();
    this.norm1 = normOf(config);
    this.attention = new CausalSelfAttention(config, random);
    this.norm2 = normOf(config);
    this.feedForward = new FeedForward(config, random);
    this.dropout = new Dropout(config.dropout, random);
  }

  override forward(x: Tensor, future: Tensor, rotation: Rotation | null): Tensor {
    const seen = this.attention.forward(this.norm1.forward(x), future, rotation);
    const h = x.add(this.dropout.forward(seen));
    return h.add(this.dropout.forward(this.feedForward.forward(this.norm2.forward(h))));
  }

  forwardCached(x: Tensor, past: PastLayer, mask: Tensor, rotation: Rotation | null) {
    const { y, k, v } = this.attention.forwardCached(this.norm1.forward(x), past, mask, rotation);
    const h = x.add(y);
    return { y: h.add(this.feedForward.forward(this.norm2.forward(h))), k, v };
  }
}

function normOf({ norm, width, normEps: eps }: Config): LayerNorm | RMSNorm {
  return norm === 'layer' ? new LayerNorm(width, { eps }) : new RMSNorm(width, { eps });
}

export class GPT extends Module {
  readonly tokenEmbedding: Embedding;
  readonly positionEmbedding: Embedding | null;
  readonly blocks: Block[];
  readonly finalNorm: LayerNorm | RMSNorm;
  readonly head: Linear | null;
  readonly dropout: Dropout;
  readonly rotation: Rotation | null;
  readonly config: Config;

  constructor(options: GPTConfig, random: RandomOptions) {
    super();
    const { heads, width } = options;
    const config = { ...defaults, kvHeads: heads, ffWidth: 4 * width, ...options };
    checkConfig(config);
    const shared = { seed: generatorFrom('GPT', random) };
    const { vocabularySize, contextLength, positions, tiedEmbeddings } = config;
    this.config = config;
    this.tokenEmbedding = new Embedding(vocabularySize, width, shared);
    this.positionEmbedding =
      positions === 'learned' ? new Embedding(contextLength, width, shared) : null;
    this.blocks = Array.from({ length: config.layers }, () => new Block(config, shared));
    this.finalNorm = normOf(config);
    this.head = tiedEmbeddings
      ? null
      : new Linear(width, vocabularySize, { bias: false, ...shared });
    this.dropout = new Dropout(config.dropout, shared);
    this.rotation = positions === 'rotary' ? rotationOf(config) : null;
    this.initialise(shared.seed);
  }

  /** Matrices from the normal distribution, smaller where they end on the residual stream. */
  private initialise(generator: Generator): void {
    const onStream = 0.02 / Math.sqrt(2 * this.config.layers);
    for (const [name, parameter] of this.namedParameters()) {
      if (name.endsWith('bias')) parameter.assign(zeros(parameter.shape));
      if (parameter.ndim !== 2) continue;
      const deviation = /(output|down)\.weight$/.test(name) ? onStream : 0.02;
      parameter.assign(normal(parameter.shape, deviation, generator));
    }
  }

  /** Logits of the next token after each place: ids `[batch, length]` → `[batch, length, vocabularySize]`. */
  override forward(ids: Tensor): Tensor {
    const length = ids.shape[1]!;
    if (ids.ndim !== 2 || length > this.config.contextLength) {
      throw new ShapeError(
        `GPT: needs ids [batch, length] with length ≤ ${this.config.contextLength}, ` +
          `got [${ids.shape}]`,
      );
    }
    const first = (x: Tensor) => x.narrow(0, 0, length);
    const { rotation, positionEmbedding } = this;
    const turn = rotation && { cos: first(rotation.cos), sin: first(rotation.sin) };
    const places = arange(length);
    const future = places.reshape([length, 1]).lt(places); // [length, length]
    const tokens = this.tokenEmbedding.forward(ids); // [batch, length, width]
    let x = positionEmbedding === null ? tokens : tokens.add(first(positionEmbedding.weight));
    x = this.dropout.forward(x);
    for (const block of this.blocks) x = block.forward(x, future, turn);
    return this.logitsOf(this.finalNorm.forward(x));
  }

  /** The mean of −log p(target) over all places; both `[batch, length]`. */
  loss(ids: Tensor, targets: Tensor): Tensor {
    return crossEntropy(this.forward(ids), targets);
  }

  /**
   * Reads `ids` `[time, batch]` after what the cache holds: the logits after the last of them,
   * `[batch, vocabularySize]`, and the new rows of the cache, `[time, cache.rowWidth]`, which
   * `cache.append` takes once they are computed. For use within `noGrad`, without dropout.
   */
  forwardCached(ids: Tensor, cache: KeyValueCache): { logits: Tensor; rows: Tensor } {
    const time = ids.shape[0]!;
    const places = arange(cache.length, cache.length + time);
    const { rotation, positionEmbedding } = this;
    const turn = rotation && {
      cos: rotation.cos.indexSelect(0, places),
      sin: rotation.sin.indexSelect(0, places),
    };
    const mask = cache.mask(time, this.config.heads / this.config.kvHeads);
    let x = this.tokenEmbedding.forward(ids); // [time, batch, width]
    if (positionEmbedding !== null) x = x.add(positionEmbedding.forward(places).unsqueeze(1));
    const news: Tensor[] = [];
    for (const [layer, block] of this.blocks.entries()) {
      const { y, k, v } = block.forwardCached(x, cache.past(layer), mask, turn);
      news.push(k, v);
      x = y;
    }
    const last = x.indexSelect(0, tensor([time - 1], { dtype: 'int64' })).squeeze(0);
    const rows = cat(news, 1).reshape([time, cache.rowWidth]);
    return { logits: this.logitsOf(this.finalNorm.forward(last)), rows };
  }

  /** Starts reading and continuing `batch` sequences at once; see `generate`. */
  decode(batch = 1): CachedDecoding {
    return new CachedDecoding(this, batch);
  }

  private logitsOf(x: Tensor): Tensor {
    return this.head === null ? x.matmul(this.tokenEmbedding.weight.T) : this.head.forward(x);
  }
}

function checkConfig({ width, heads, kvHeads, positions }: Config): void {
  const fits = width % heads === 0 && heads % kvHeads === 0;
  if (!fits) {
    throw new ShapeError(
      `GPT: ${heads} heads must divide a width of ${width}, and ${kvHeads} key heads the heads`,
    );
  }
  if (positions === 'rotary' && (width / heads) % 2 !== 0) {
    throw new ShapeError(`GPT: rotary positions need heads of even width, not ${width / heads}`);
  }
}

/** The angles of all positions: position · base^(−2i / headWidth). */
function rotationOf({ contextLength, width, heads, rotaryBase }: Config): Rotation {
  const half = width / heads / 2;
  const angles = Float64Array.from({ length: contextLength * half }, (_, i) => {
    return Math.floor(i / half) * rotaryBase ** (-(i % half) / half);
  });
  const shape = [contextLength, half];
  return {
    cos: tensor(angles.map(Math.cos), { shape }),
    sin: tensor(angles.map(Math.sin), { shape }),
  };
}
