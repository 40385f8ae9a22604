/**
 * The key-value cache: what attention has computed for the tokens read so far, so that one more
 * token costs the work of one token (Pope et al. 2022, arXiv:2211.05102, section 3).
 *
 * Time is the outermost dimension of each buffer. The rows so far are then one piece of memory,
 * which is a tensor without being copied, and a new row is written behind it. Row 0 is blank and
 * never seen: so an empty cache is a tensor too, and reading a prompt is the same graph as reading
 * one token.
 */

import { realize } from '../backend/realize.ts';
import { noGrad } from '../tensor/apply.ts';
import { tensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Decoding } from './decoding.ts';

/** One layer's past keys and values, `[1 + length, batch · heads, headWidth]`. */
export interface PastLayer {
  keys: Tensor;
  values: Tensor;
}

interface CacheShape {
  layers: number;
  /** Tokens it can hold. */
  capacity: number;
  batch: number;
  /** Heads of keys and values. */
  heads: number;
  headWidth: number;
}

export class KeyValueCache {
  /** How many tokens it holds. */
  length = 0;
  /** Numbers for one token: layer after layer, keys then values. */
  readonly rowWidth: number;
  readonly shape: CacheShape;
  /** Keys and values of layer 0, of layer 1, … */
  readonly #buffers: Float32Array[];

  constructor(shape: CacheShape) {
    const width = shape.batch * shape.heads * shape.headWidth;
    this.shape = shape;
    this.rowWidth = 2 * shape.layers * width;
    this.#buffers = Array.from(
      { length: 2 * shape.layers },
      () => new Float32Array((1 + shape.capacity) * width),
    );
  }

  /** The keys and values of a layer so far; they are good until the next `append`. */
  past(layer: number): PastLayer {
    return { keys: this.#prefix(2 * layer), values: this.#prefix(2 * layer + 1) };
  }

  /**
   * What is added to the scores of `time` new tokens, each `repeats` times, on the past and on each
   * other, `[time · repeats, 1 + length + time]`: −Infinity for the blank row and for what is to come.
   */
  mask(time: number, repeats: number): Tensor {
    const columns = 1 + this.length + time;
    const values = new Float32Array(time * repeats * columns);
    for (let row = 0; row < time * repeats; row++) {
      const start = row * columns;
      values[start] = -Infinity;
      const seen = 2 + this.length + Math.floor(row / repeats);
      values.fill(-Infinity, start + seen, start + columns);
    }
    return leaf([time * repeats, columns], values);
  }

  /** Takes the rows of `time` more tokens, `[time, rowWidth]`. */
  append(rows: Float32Array, time: number): void {
    const width = this.rowWidth / this.#buffers.length;
    for (let t = 0; t < time; t++) {
      const place = (1 + this.length + t) * width;
      for (const [i, buffer] of this.#buffers.entries()) {
        const start = t * this.rowWidth + i * width;
        buffer.set(rows.subarray(start, start + width), place);
      }
    }
    this.length += time;
  }

  /** Keeps these sequences of the batch, in this order. */
  select(sequences: readonly number[]): void {
    const width = this.shape.heads * this.shape.headWidth;
    const before = new Float32Array(this.shape.batch * width);
    for (const buffer of this.#buffers) {
      for (let t = 1; t <= this.length; t++) {
        const row = buffer.subarray(t * before.length, (t + 1) * before.length);
        before.set(row);
        for (const [to, from] of sequences.entries()) {
          row.set(before.subarray(from * width, (from + 1) * width), to * width);
        }
      }
    }
  }

  #prefix(i: number): Tensor {
    const { batch, heads, headWidth } = this.shape;
    const shape = [1 + this.length, batch * heads, headWidth];
    const count = shape[0]! * shape[1]! * headWidth;
    return leaf(shape, this.#buffers[i]!.subarray(0, count));
  }
}

/** A tensor on these very values. */
function leaf(shape: readonly number[], data: Float32Array): Tensor {
  return new Tensor(shape, 'float32', { op: null, data });
}

/** What a model needs to be read with a cache. */
interface CachedModel {
  config: { contextLength: number; layers: number; heads: number; kvHeads: number; width: number };
  forwardCached(ids: Tensor, cache: KeyValueCache): { logits: Tensor; rows: Tensor };
}

/**
 * Reads tokens one after another. When the context is full, it starts afresh from the last half of
 * it: positions have to be counted from 0 again, so everything that stays is read once more.
 */
export class CachedDecoding implements Decoding {
  readonly #model: CachedModel;
  readonly #cache: KeyValueCache;
  /** The tokens in the cache, of each sequence. */
  #tokens: number[][];

  constructor(model: CachedModel, batch: number) {
    const { contextLength, layers, kvHeads, heads, width } = model.config;
    this.#model = model;
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
    const { contextLength } = this.#model.config;
    this.#tokens = this.#tokens.map((tokens, i) => [...tokens, ...ids[i]!]);
    if (this.#cache.length + fresh <= contextLength) return this.#forward(fresh);
    const kept = Math.min(contextLength, Math.max(fresh, contextLength >> 1));
    this.#cache.length = 0;
    this.#tokens = this.#tokens.map((tokens) => tokens.slice(-kept));
    return this.#forward(kept);
  }

  select(sequences: readonly number[]): void {
    this.#tokens = sequences.map((i) => this.#tokens[i]!);
    this.#cache.select(sequences);
  }

  /** Reads the last `time` tokens. */
  async #forward(time: number): Promise<Float32Array[]> {
    const batch = this.#tokens.length;
    const ids = new Int32Array(time * batch);
    for (const [b, tokens] of this.#tokens.entries()) {
      const first = tokens.length - time;
      for (let t = 0; t < time; t++) ids[t * batch + b] = tokens[first + t]!;
    }
    const { logits, rows } = noGrad(() =>
      this.#model.forwardCached(tensor(ids, { shape: [time, batch] }), this.#cache),
    );
    await realize(logits, rows);
    this.#cache.append(rows.origin.data as Float32Array, time);
    const values = logits.origin.data as Float32Array;
    const size = values.length / batch;
    return this.#tokens.map((_, b) => values.subarray(b * size, (b + 1) * size));
  }
}
