/** Reading with a key-value cache. */

import { cat } from '../functions/movement.ts';
import { KeyValueCache, type PastLayer } from '../nn/key-value-cache.ts';
import type { Module } from '../nn/module.ts';
import { tensor } from '../tensor/create.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type CachedStep, stepOf } from './cached-step.ts';
import type { Decoding } from './decoding.ts';
import { rowsOf } from './pieces.ts';

/** What is known about the tokens before some new ones. */
export interface Past {
  /** Keys and values, layer after layer. */
  layers: PastLayer[];
  /** What is added to the scores of the new tokens; see `KeyValueCache.mask`. */
  mask: Tensor;
  /** The places of the new tokens, `[time]`. */
  places: Tensor;
  /** Which of the new tokens is the last, `[1]`; others after it only fill up. */
  last: Tensor;
  /** What else all tokens look at, such as what an encoder made of a source. */
  memory: Tensor[];
}

/** A model that can be read with a cache. */
export interface CachedModel extends Module {
  config: {
    vocabularySize: number;
    /** Where left out there is no greatest length. */
    contextLength?: number;
    layers: number;
    heads: number;
    kvHeads?: number;
    width: number;
  };
  /**
   * `[time, batch]` to the logits after the last, `[batch, vocabularySize]`, and the keys and
   * values of the new tokens, `[time · batch, 2 · layers · kvHeads · headWidth]`.
   */
  forwardCached(ids: Tensor, past: Past): { logits: Tensor; news: Tensor };
}

/** What a block makes of new tokens `[time · batch, width]`, and their keys and values. */
type CachedBlock<Rotation> = (
  x: Tensor,
  past: PastLayer,
  mask: Tensor,
  rotation: Rotation,
) => { y: Tensor; k: Tensor; v: Tensor };

/**
 * Reads new tokens `[time, batch, width]` through a model's blocks.
 *
 * @returns what the blocks make of the last token, `[batch, width]`, and the keys and values of all
 */
export function readThrough<Rotation>(
  blocks: readonly { forwardCached: CachedBlock<Rotation> }[],
  tokens: Tensor,
  past: Past,
  rotation: Rotation,
): { last: Tensor; news: Tensor } {
  let x = tokens.flatten(0, 1);
  const news: Tensor[] = [];
  for (const [layer, block] of blocks.entries()) {
    const { y, k, v } = block.forwardCached(x, past.layers[layer]!, past.mask, rotation);
    news.push(k, v);
    x = y;
  }
  const isOne = tokens.shape[0] === 1;
  const last = isOne ? x : x.reshape(tokens.shape).indexSelect(0, past.last).squeeze(0);
  return { last, news: cat(news, 1) };
}

export interface CachedDecodingOptions {
  /** See `Past.memory`: a row for each sequence, or one row for all. */
  memory?: readonly Tensor[];
  /** So many tokens of a prompt are read at once; fewer are filled up, so that sizes do not differ. */
  chunk?: number;
}

/**
 * Reads tokens one after another. When the context is full, it starts afresh from the last half of
 * it: positions have to be counted from 0 again, so everything that stays is read once more.
 */
export class CachedDecoding implements Decoding {
  readonly #model: CachedModel;
  readonly #step: CachedStep;
  readonly #cache: KeyValueCache;
  readonly #contextLength: number;
  readonly #chunk: number;
  #memory: readonly Tensor[];
  /** The tokens in the cache, of each sequence. */
  #tokens: number[][];

  constructor(model: CachedModel, batch: number, options: CachedDecodingOptions = {}) {
    const { contextLength = Infinity, layers, heads, kvHeads = heads, width } = model.config;
    const { memory = [], chunk = 32 } = options;
    this.#model = model;
    this.#contextLength = contextLength;
    this.#chunk = Math.min(chunk, contextLength);
    this.#memory = memory;
    this.#step = stepOf(model);
    this.#cache = new KeyValueCache({
      layers,
      capacity: contextLength,
      batch,
      heads: kvHeads,
      headWidth: width / heads,
    });
    this.#tokens = Array.from({ length: batch }, () => []);
  }

  async read(ids: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const fresh = ids[0]!.length;
    const { vocabularySize } = this.#model.config;
    const contextLength = this.#contextLength;
    for (const token of ids.flat()) {
      if (Number.isInteger(token) && token >= 0 && token < vocabularySize) continue;
      throw new LibraryError(`read: ${token} is no token of a vocabulary of ${vocabularySize}`);
    }
    for (const [i, tokens] of this.#tokens.entries()) tokens.push(...ids[i]!);
    if (this.#cache.length + fresh > contextLength) {
      const kept = Math.min(contextLength, Math.max(fresh, contextLength >> 1));
      this.#tokens = this.#tokens.map((tokens) => tokens.slice(-kept));
      this.#cache.clear();
    }
    let logits: Float32Array[] = [];
    const total = this.#tokens[0]!.length;
    while (this.#cache.length < total) {
      logits = await this.#forward(Math.min(this.#chunk, total - this.#cache.length));
    }
    return logits;
  }

  select(sequences: readonly number[]): void {
    this.#tokens = sequences.map((i) => [...this.#tokens[i]!]);
    this.#cache.select(sequences);
    const kept = tensor(sequences, { dtype: 'int64' });
    this.#memory = this.#memory.map((x) => (x.shape[0] === 1 ? x : x.indexSelect(0, kept)));
  }

  /** Reads the next `count` tokens that are not in the cache. */
  async #forward(count: number): Promise<Float32Array[]> {
    const { heads, kvHeads = heads } = this.#model.config;
    const cache = this.#cache;
    const batch = this.#tokens.length;
    const time = count === 1 ? 1 : this.#chunk;
    const ids = new BigInt64Array(time * batch);
    for (const [b, tokens] of this.#tokens.entries()) {
      for (let t = 0; t < count; t++) ids[t * batch + b] = BigInt(tokens[cache.length + t]!);
    }
    const places = Array.from({ length: time }, (_, t) =>
      Math.min(cache.length + t, this.#contextLength - 1),
    );
    const past: Past = {
      layers: cache.past,
      mask: cache.mask(time, heads / kvHeads),
      places: tensor(places, { dtype: 'int64' }),
      last: tensor([count - 1], { dtype: 'int64' }),
      memory: [...this.#memory],
    };
    const [logits, news] = await this.#step(tensor(ids, { shape: [time, batch] }), past);
    cache.append(news, count);
    return rowsOf(logits);
  }
}
