/**
 * Multi-head attention (Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2), with keys and values
 * shared by groups of heads where asked for (Ainslie et al. 2023, arXiv:2305.13245).
 */

import { type AttentionOptions, scaledDotProductAttention } from '../functions/attention.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type Dropout, dropoutOrNone } from './dropout.ts';
import { attendWithPast, type PastLayer } from './key-value-cache.ts';
import { Linear } from './linear.ts';
import { announceLayer, demandLayer, Module } from './module.ts';
import type { PositionOptions } from './positions.ts';
import { type RotaryOptions, rotary } from './rotary.ts';

/** How a layer of attention is made. */
export interface MultiHeadDesign extends RandomOptions {
  /** Whether the projections have biases; false where left out (PyTorch: true). */
  bias?: boolean;
  /** How many heads keys and values have, a divisor of `heads`; as many where left out. */
  kvHeads?: number;
  /** Turns queries and keys by their places; not where left out. */
  rotary?: RotaryOptions;
  /** How likely an attention weight is to be dropped while training; 0 where left out. */
  dropout?: number;
}

/** Where keys and values come from, and what may be seen. */
export interface MultiHeadOptions extends AttentionOptions, PositionOptions {
  /**
   * Cross-attention: keys and values are made from this `[batch, keys, dModel]`, or are those that
   * were `projected` from it; from x itself where left out.
   */
  context?: Tensor | KeysAndValues;
}

/** Keys and values of a context, `[batch, kvHeads, keys, dHead]`. */
export interface KeysAndValues {
  keys: Tensor;
  values: Tensor;
}

/** `[batch, length, heads · dHead] → [batch, heads, length, dHead]` */
function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, width] = x.shape as [number, number, number];
  return x.reshape([batch, length, heads, width / heads]).transpose(1, 2);
}

/** Each head `times` times in a row: `[batch, h, length, d] → [batch, h · times, length, d]`. */
function repeatHeads(x: Tensor, times: number): Tensor {
  if (times === 1) return x;
  const [batch, heads, length, d] = x.shape as [number, number, number, number];
  const repeated = x.unsqueeze(2).expand([batch, heads, times, length, d]);
  return repeated.reshape([batch, heads * times, length, d]);
}

/** Several attentions side by side, each on its own slice of the projections. */
export class MultiHeadAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
  readonly heads: number;
  readonly kvHeads: number;
  readonly rotary: RotaryOptions | null;
  readonly dropout: Dropout | null;

  /** The projections start as `Linear` does. */
  constructor(dModel: number, heads: number, design: MultiHeadDesign) {
    demandLayer('MultiHeadAttention');
    super();
    const { bias = false, kvHeads = heads, dropout = 0, ...random } = design;
    checkDesign(dModel, heads, kvHeads);
    const seed = generatorFrom('nn.MultiHeadAttention', random);
    const kvWidth = (dModel / heads) * kvHeads;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.query = new Linear(dModel, dModel, { bias, seed });
    this.key = new Linear(dModel, kvWidth, { bias, seed });
    this.value = new Linear(dModel, kvWidth, { bias, seed });
    this.output = new Linear(dModel, dModel, { bias, seed });
    this.rotary = design.rotary ?? null;
    this.dropout = dropoutOrNone(dropout, { seed });
  }

  /**
   * @param x `[batch, length, dModel]`
   * @returns the same shape
   */
  override forward(x: Tensor, options: MultiHeadOptions = {}): Tensor {
    demandLayer('MultiHeadAttention');
    const { context = x, positions, ...seeing } = options;
    this.check(x, options);
    const q = splitHeads(this.query.forward(x), this.heads); // [batch, heads, length, dHead]
    const { keys: k, values: v } = context instanceof Tensor ? this.projected(context) : context;
    const seen = this.attend(this.turned(q, positions), this.turned(k, positions), v, seeing);
    return this.output.forward(seen.transpose(1, 2).flatten(2)); // [batch, length, dModel]
  }

  /** Keys and values of a context `[batch, keys, dModel]`, to be computed once for many queries. */
  projected(context: Tensor): KeysAndValues {
    return {
      keys: splitHeads(this.key.forward(context), this.kvHeads),
      values: splitHeads(this.value.forward(context), this.kvHeads),
    };
  }

  /**
   * The same for new tokens only, with keys and values of past ones at hand: each new token sees
   * those and the new ones up to itself. Without dropout.
   *
   * @param x `[batch, time, dModel]`
   * @param mask of the cache, for `heads / kvHeads` queries a token
   * @param positions where the new tokens stand, `[time]`; rotary positions need it
   * @returns `y` `[batch, time, dModel]`, and the new keys and values as a cache takes them,
   *   `[time · batch, kvHeads · dHead]`
   */
  forwardCached(
    x: Tensor,
    past: PastLayer,
    mask: Tensor,
    positions?: Tensor,
  ): { y: Tensor; k: Tensor; v: Tensor } {
    demandLayer('MultiHeadAttention');
    this.check(x, {});
    const { heads, kvHeads } = this;
    const [batch, time, width] = x.shape as [number, number, number];
    const [groups, d] = [heads / kvHeads, width / heads];
    const { keys, values } = this.projected(x); // [batch, kvHeads, time, d]
    const k = this.turned(keys, positions);
    const q = this.turned(splitHeads(this.query.forward(x), heads), positions);
    // of each key head the queries that share it, of one token after another
    const grouped = q
      .reshape([batch * kvHeads, groups, time, d])
      .transpose(1, 2)
      .flatten(1, 2);
    const ofHeads = (y: Tensor) => y.reshape([batch * kvHeads, time, d]);
    const seen = attendWithPast(grouped, past, { keys: ofHeads(k), values: ofHeads(values) }, mask);
    const joined = seen
      .reshape([batch, kvHeads, time, groups * d])
      .transpose(1, 2)
      .flatten(2);
    const byToken = (y: Tensor) => y.permute([2, 0, 1, 3]).reshape([time * batch, kvHeads * d]);
    return { y: this.output.forward(joined), k: byToken(k), v: byToken(values) };
  }

  private turned(x: Tensor, positions: Tensor | undefined): Tensor {
    if (this.rotary === null) return x;
    return rotary(x, positions === undefined ? this.rotary : { ...this.rotary, positions });
  }

  /** `[batch, heads, length, dHead]` */
  private attend(q: Tensor, k: Tensor, v: Tensor, seeing: AttentionOptions): Tensor {
    const { dropout } = this;
    const dropped = dropout === null ? {} : { dropout: (w: Tensor) => dropout.forward(w) };
    const times = this.heads / this.kvHeads;
    return scaledDotProductAttention(q, repeatHeads(k, times), repeatHeads(v, times), {
      ...seeing,
      ...dropped,
    });
  }

  private check(x: Tensor, { context }: MultiHeadOptions): void {
    if (x.ndim !== 3 || (context instanceof Tensor && context.ndim !== 3)) {
      throw new ShapeError(
        `nn.MultiHeadAttention: needs [batch, length, dModel], got ${x}` +
          `${context instanceof Tensor ? ` and the context ${context}` : ''}`,
      );
    }
    if (context !== undefined && this.rotary !== null) {
      throw new LibraryError(
        'nn.MultiHeadAttention: rotary positions are for attention of a text to itself; ' +
          'leave them out where there is a context',
      );
    }
  }
}

function checkDesign(dModel: number, heads: number, kvHeads: number): void {
  if (dModel % heads !== 0) {
    throw new ShapeError(
      `nn.MultiHeadAttention: ${heads} heads do not divide a width of ${dModel}`,
    );
  }
  if (heads % kvHeads !== 0) {
    throw new ShapeError(
      `nn.MultiHeadAttention: ${kvHeads} heads of keys do not divide ${heads} heads of queries`,
    );
  }
}

announceLayer('MultiHeadAttention');
