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

import { announce, demandLeave } from '../forbid.ts';
import { gelu, silu } from '../functions/activations.ts';
import { scaledDotProductAttention } from '../functions/attention.ts';
import { crossEntropy } from '../functions/class-losses.ts';
import { cat } from '../functions/movement.ts';
import { Dropout } from '../nn/dropout.ts';
import { Embedding } from '../nn/embedding.ts';
import { attendWithPast, type PastLayer } from '../nn/key-value-cache.ts';
import { LayerNorm } from '../nn/layer-norm.ts';
import { Linear } from '../nn/linear.ts';
import { Module } from '../nn/module.ts';
import { RMSNorm } from '../nn/rms-norm.ts';
import { tensor, zeros } from '../tensor/create.ts';
import { type Generator, generatorFrom, type RandomOptions, undrawn } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CachedDecoding, type Past, readThrough } from './cached-decoding.ts';
import type { Decodable, Decoding } from './decoding.ts';
import { type Config, complete, type GPTConfig, type RotaryScaling } from './gpt-config.ts';
import { lengthOf, normal } from './pieces.ts';

type AttentionConfig = Pick<Config, 'width' | 'heads' | 'kvHeads' | 'bias' | 'dropout'>;
type RotationConfig = Pick<Config, 'contextLength' | 'width' | 'heads' | 'rotaryBase'> & {
  rotaryScaling?: RotaryScaling | null;
};

/** Layers start without values: `initialise` draws them all. */
const blank = { seed: undrawn };

/** Cosines and sines of the angles by which positions turn, `[time, headWidth / 2]`. */
export interface Rotation {
  cos: Tensor;
  sin: Tensor;
}

/** Turns each pair (x[i], x[i + headWidth / 2]) by its position's angle. */
function rotate(x: Tensor, { cos, sin }: Rotation): Tensor {
  const [a, b] = x.chunk(2, -1) as [Tensor, Tensor];
  return cat([a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))], -1);
}

export class CausalSelfAttention extends Module {
  readonly qkv: Linear;
  readonly output: Linear;
  readonly dropout: Dropout;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;

  constructor({ width, heads, kvHeads, bias, dropout }: AttentionConfig, random: RandomOptions) {
    super();
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headWidth = width / heads;
    this.qkv = new Linear(width, (heads + 2 * kvHeads) * this.headWidth, { bias, ...blank });
    this.output = new Linear(width, width, { bias, ...blank });
    this.dropout = new Dropout({ p: dropout, ...random });
  }

  /** Queries, keys and values side by side, head after head; any leading dimensions. */
  private project(x: Tensor): [q: Tensor, k: Tensor, v: Tensor] {
    const { heads, kvHeads, headWidth } = this;
    const sizes = [heads * headWidth, kvHeads * headWidth, kvHeads * headWidth];
    return this.qkv.forward(x).split(sizes, -1) as [Tensor, Tensor, Tensor];
  }

  /** `[batch, length, width]` to the same; each place sees those up to itself. */
  override forward(x: Tensor, rotation: Rotation | null): Tensor {
    const [batch, length] = x.shape as [number, number];
    let [q, k, v] = this.project(x).map((y) => {
      const heads = y.shape[2]! / this.headWidth;
      return y.reshape([batch, length, heads, this.headWidth]).transpose(1, 2);
    }) as [Tensor, Tensor, Tensor]; // [batch, heads, length, headWidth], kvHeads in k and v
    if (rotation !== null) [q, k] = [rotate(q, rotation), rotate(k, rotation)];
    const groups = this.heads / this.kvHeads;
    if (groups > 1) [k, v] = [repeatHeads(k, groups), repeatHeads(v, groups)];
    const dropout = (weights: Tensor) => this.dropout.forward(weights);
    const mixed = scaledDotProductAttention(q, k, v, { isCausal: true, dropout });
    return this.output.forward(mixed.transpose(1, 2).flatten(2)); // [batch, length, width]
  }

  /**
   * The same for new places only, with keys and values of past ones at hand: `[rows, width]` to the
   * same, where rows are `time` new places one after another, each of all texts; and the new keys
   * and values, `[rows, kvHeads · headWidth]`. `mask` `[time · groups, places + time]` is added to
   * the scores.
   */
  forwardCached(x: Tensor, past: PastLayer, mask: Tensor, rotation: Rotation | null) {
    const [n, d] = past.keys.shape as [number, number, number]; // n = batch · kvHeads
    const time = (x.shape[0]! * this.kvHeads) / n;
    const turned = (y: Tensor) =>
      rotation === null ? y : rotate(y.reshape([time, -1, d]), rotation).reshape(y.shape);
    const [queries, keys, v] = this.project(x);
    const [q, k] = [turned(queries), turned(keys)];
    const news = { keys: byHead(k, time, n, d), values: byHead(v, time, n, d) };
    const mixed = attendWithPast(byHead(q, time, n, d), past, news, mask);
    return { y: this.output.forward(byTime(mixed, time, x.shape)), k, v };
  }
}

/** `[time · batch, ...] → [n, time · groups, d]`: of each head the new places, one after another. */
function byHead(x: Tensor, time: number, n: number, d: number): Tensor {
  const groups = x.numel / (time * n * d);
  if (time === 1) return x.reshape([n, groups, d]);
  const swapped = x.reshape([time, n, groups * d]).transpose(0, 1);
  return swapped.reshape([n, time * groups, d]);
}

/** The way back from {@link byHead}, to `shape`. */
function byTime(x: Tensor, time: number, shape: readonly number[]): Tensor {
  if (time === 1) return x.reshape(shape);
  return x.reshape([x.shape[0]!, time, -1]).transpose(0, 1).reshape(shape);
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

  constructor({ width, ffWidth, bias, activation }: Config) {
    super();
    this.activation = activation;
    this.gate = activation === 'swiglu' ? new Linear(width, ffWidth, { bias, ...blank }) : null;
    this.up = new Linear(width, ffWidth, { bias, ...blank });
    this.down = new Linear(ffWidth, width, { bias, ...blank });
  }

  override forward(x: Tensor): Tensor {
    const up = this.up.forward(x); // [..., ffWidth]
    if (this.gate !== null) return this.down.forward(silu(this.gate.forward(x)).mul(up));
    const approximate = this.activation === 'geluTanh' ? 'tanh' : 'none';
    return this.down.forward(gelu(up, { approximate }));
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
    this.feedForward = new FeedForward(config);
    this.dropout = new Dropout({ p: config.dropout, ...random });
  }

  override forward(x: Tensor, rotation: Rotation | null): Tensor {
    const seen = this.attention.forward(this.norm1.forward(x), rotation);
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

export class GPT extends Module implements Decodable {
  readonly tokenEmbedding: Embedding;
  readonly positionEmbedding: Embedding | null;
  readonly blocks: Block[];
  readonly finalNorm: LayerNorm | RMSNorm;
  readonly head: Linear | null;
  readonly dropout: Dropout;
  readonly rotation: Rotation | null;
  readonly config: Config;

  constructor(options: GPTConfig, random: RandomOptions) {
    demandLeave('GPT');
    super();
    const config = complete(options);
    const shared = { seed: generatorFrom('GPT', random) };
    const { vocabularySize, contextLength, width, positions, tiedEmbeddings } = config;
    this.config = config;
    this.tokenEmbedding = new Embedding(vocabularySize, width, blank);
    this.positionEmbedding =
      positions === 'learned' ? new Embedding(contextLength, width, blank) : null;
    this.blocks = Array.from({ length: config.layers }, () => new Block(config, shared));
    this.finalNorm = normOf(config);
    this.head = tiedEmbeddings
      ? null
      : new Linear(width, vocabularySize, { bias: false, ...blank });
    this.dropout = new Dropout({ p: config.dropout, ...shared });
    this.rotation = positions === 'rotary' ? rotationOf(config) : null;
    this.initialise(shared.seed);
  }

  /** Matrices from the normal distribution, smaller where they end on the residual stream. */
  private initialise(generator: Generator): void {
    const { initStd, layers } = this.config;
    const onStream = initStd / Math.sqrt(2 * layers);
    for (const [name, parameter] of this.namedParameters()) {
      if (name.endsWith('bias')) parameter.assign(zeros(parameter.shape));
      if (parameter.ndim !== 2) continue;
      const deviation = /(output|down)\.weight$/.test(name) ? onStream : initStd;
      parameter.assign(normal(parameter.shape, deviation, generator));
    }
  }

  /** Logits of the next token after each place: ids `[batch, length]` → `[batch, length, vocabularySize]`. */
  override forward(ids: Tensor): Tensor {
    return this.logitsOf(this.states(ids));
  }

  /** What the head reads, for heads of another kind: `[batch, length]` → `[batch, length, width]`. */
  states(ids: Tensor): Tensor {
    const length = lengthOf('GPT', ids, this.config.contextLength);
    const first = (x: Tensor) => x.narrow(0, 0, length);
    const { rotation, positionEmbedding } = this;
    const turn = rotation && { cos: first(rotation.cos), sin: first(rotation.sin) };
    const tokens = this.tokenEmbedding.forward(ids); // [batch, length, width]
    let x = positionEmbedding === null ? tokens : tokens.add(first(positionEmbedding.weight));
    x = this.dropout.forward(x);
    for (const block of this.blocks) x = block.forward(x, turn);
    return this.finalNorm.forward(x);
  }

  /** The mean of −log p(target) over all places; both `[batch, length]`. */
  loss(ids: Tensor, targets: Tensor): Tensor {
    return crossEntropy(this.forward(ids), targets);
  }

  /**
   * Reads `ids` `[time, batch]` after what is past: the logits after the last of them, `[batch,
   * vocabularySize]`, and the keys and values of all, layer after layer, `[time · batch, 2 · layers ·
   * kvHeads · headWidth]`. Without dropout.
   */
  forwardCached(ids: Tensor, past: Past): { logits: Tensor; news: Tensor } {
    const { rotation, positionEmbedding } = this;
    const at = (table: Tensor) => table.indexSelect(0, past.places).unsqueeze(1); // [time, 1, ...]
    const turn = rotation && { cos: at(rotation.cos), sin: at(rotation.sin) };
    const tokens = this.tokenEmbedding.forward(ids); // [time, batch, width]
    const placed = positionEmbedding ? tokens.add(at(positionEmbedding.weight)) : tokens;
    const { last, news } = readThrough(this.blocks, placed, past, turn);
    return { logits: this.logitsOf(this.finalNorm.forward(last)), news };
  }

  /** Starts reading and continuing `batch` sequences at once; see `generate`. */
  decode(batch = 1): Decoding {
    return new CachedDecoding(this, batch);
  }

  private logitsOf(x: Tensor): Tensor {
    return this.head === null ? this.tokenEmbedding.unembed(x) : this.head.forward(x);
  }
}

/** The angles of all positions: position · base^(−2i / headWidth), or slower where that is asked for. */
export function rotationOf(config: RotationConfig): Rotation {
  const { contextLength, width, heads, rotaryBase, rotaryScaling = null } = config;
  const half = width / heads / 2;
  const speeds = Array.from({ length: half }, (_, i) =>
    slowed(rotaryBase ** (-i / half), rotaryScaling),
  );
  const angles = Float64Array.from({ length: contextLength * half }, (_, i) => {
    return Math.floor(i / half) * speeds[i % half]!;
  });
  const shape = [contextLength, half];
  return {
    cos: tensor(angles.map(Math.cos), { shape }),
    sin: tensor(angles.map(Math.sin), { shape }),
  };
}

/** The speed of a rotation, in radians from one place to the next, after scaling. */
function slowed(speed: number, scaling: RotaryScaling | null): number {
  if (scaling === null) return speed;
  const { factor, gradual } = scaling;
  if (gradual === undefined) return speed / factor;
  const { contextLength, low, high } = gradual;
  const turns = (contextLength * speed) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return speed * (kept + (1 - kept) / factor);
}

announce('GPT');
