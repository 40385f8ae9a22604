/**
 * The key-value cache: what attention has computed for the tokens read so far, so that one more
 * token costs the work of one token (Pope et al. 2022, arXiv:2211.05102, section 3).
 *
 * Sizes stay the same while it fills: places that are not filled yet are masked. So each token is
 * the same compiled graph, and nothing of the past is copied: the graph reads these buffers, and
 * what is new is written into them.
 */

import { publicOp } from '../forbid.ts';
import { cat } from '../functions/movement.ts';
import { ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer } from './module.ts';

/** One layer's past: keys `[batch · heads, headWidth, places]`, values `[batch · heads, places, headWidth]`. */
export interface PastLayer {
  keys: Tensor;
  values: Tensor;
}

/** What new tokens bring: keys and values `[batch · heads, time, headWidth]`. */
interface News {
  keys: Tensor;
  values: Tensor;
}

/**
 * softmax(q·[K, k]ᵀ / √d + mask)·[V; v], where K and V are the past and k and v what is new, without
 * putting past and new together in memory.
 *
 * @param q `[batch · heads, rows, headWidth]`: of each head of keys the queries that share it, all
 *   of the first new token, then all of the next
 * @param mask see {@link KeyValueCache.mask}
 * @returns the shape of q
 */
export const attendWithPast = publicOp(
  'nn.attendWithPast',
  (q: Tensor, past: PastLayer, { keys, values }: News, mask: Tensor): Tensor => {
    const scaled = q.mul(q.shape.at(-1)! ** -0.5);
    const onPast = scaled.matmul(past.keys); // [batch · heads, rows, places]
    const onNew = scaled.matmul(keys.transpose(-2, -1)); // [batch · heads, rows, time]
    const weights = cat([onPast, onNew], -1).add(mask).softmax(-1);
    const sizes = [past.keys.shape[2]!, keys.shape[1]!];
    const [old, own] = weights.split(sizes, -1) as [Tensor, Tensor];
    return old.matmul(past.values).add(own.matmul(values));
  },
);

export interface CacheSizes {
  layers: number;
  /** Tokens it can hold. */
  capacity: number;
  batch: number;
  /** Heads of keys and values. */
  heads: number;
  headWidth: number;
}

/** Room is made for so many tokens at a time: attention costs what there is room for. */
const step = 512;

/**
 * The past of all layers of a model.
 *
 * @example
 * const { y, k, v } = attention.forwardCached(x, cache.past[0]!, cache.mask(time, 1));
 * const news = cat([k, v], -1);
 * await realize(y, news);
 * cache.append(news, time);
 */
export class KeyValueCache {
  /** How many tokens it holds. */
  length = 0;
  /** How many it has room for. */
  places: number;
  /** Layer after layer. */
  past: PastLayer[];
  readonly sizes: CacheSizes;
  /** Keys and values of layer 0, of layer 1, … */
  #buffers: Float32Array[];

  constructor(sizes: CacheSizes) {
    demandLayer('KeyValueCache');
    this.sizes = sizes;
    this.places = Math.min(step, sizes.capacity);
    this.#buffers = this.#emptyBuffers();
    this.past = this.#tensors();
  }

  /**
   * What is added to the scores of `time` new tokens, each `repeats` times, on the past and on each
   * other, `[time · repeats, places + time]`: −Infinity for empty places and for what is to come.
   */
  mask(time: number, repeats: number): Tensor {
    const columns = this.places + time;
    const values = new Float32Array(time * repeats * columns);
    for (let row = 0; row < time * repeats; row++) {
      const start = row * columns;
      const own = start + this.places;
      values.fill(-Infinity, start + this.length, own);
      values.fill(-Infinity, own + Math.floor(row / repeats) + 1, own + time);
    }
    return leaf([time * repeats, columns], values);
  }

  /**
   * Takes the keys and values of the first `count` of new tokens.
   *
   * @param news computed, `[time · batch, layers · 2 · heads · headWidth]`: of each token its keys of
   *   the first layer, its values there, its keys of the second, …
   * @throws ShapeError where they are more than there is room for, or of another size
   */
  append(news: Tensor, count: number): void {
    const { layers, batch, heads, headWidth, capacity } = this.sizes;
    const width = heads * headWidth;
    const { data } = news.origin;
    const fits = news.numel % (batch * layers * 2 * width) === 0 && news.shape[0]! >= count * batch;
    if (!(data instanceof Float32Array && fits) || this.length + count > capacity) {
      throw new ShapeError(
        `KeyValueCache: ${count} new tokens in ${show(news.shape)} do not fit behind ` +
          `${this.length} of at most ${capacity}, or have not been computed`,
      );
    }
    while (this.length + count > this.places) this.#grow();
    let from = 0;
    for (let place = this.length; place < this.length + count; place++) {
      for (let text = 0; text < batch; text++) {
        for (let i = 0; i < this.#buffers.length; i++, from += width) {
          const vectors = data.subarray(from, from + width);
          if (i % 2 === 0) this.#putKeys(this.#buffers[i]!, vectors, text, place);
          else this.#putValues(this.#buffers[i]!, vectors, text, place);
        }
      }
    }
    this.length += count;
  }

  #putKeys(buffer: Float32Array, vectors: Float32Array, text: number, place: number): void {
    let at = text * vectors.length * this.places + place;
    for (let i = 0; i < vectors.length; i++, at += this.places) buffer[at] = vectors[i]!;
  }

  #putValues(buffer: Float32Array, vectors: Float32Array, text: number, place: number): void {
    const { heads, headWidth } = this.sizes;
    for (let head = 0; head < heads; head++) {
      const vector = vectors.subarray(head * headWidth, (head + 1) * headWidth);
      buffer.set(vector, ((text * heads + head) * this.places + place) * headWidth);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.length = 0;
  }

  /** Keeps these sequences of the batch, in this order. */
  select(sequences: readonly number[]): void {
    for (const buffer of this.#buffers) {
      const size = buffer.length / this.sizes.batch;
      const before = buffer.slice();
      for (const [to, from] of sequences.entries()) {
        buffer.set(before.subarray(from * size, (from + 1) * size), to * size);
      }
    }
  }

  #grow(): void {
    const [before, places] = [this.#buffers, this.places];
    this.places = Math.min(places + step, this.sizes.capacity);
    this.#buffers = this.#emptyBuffers();
    for (const [i, buffer] of this.#buffers.entries()) {
      // keys are rows of places, values blocks of places
      const width = i % 2 === 0 ? 1 : this.sizes.headWidth;
      for (let row = 0; row * places * width < before[i]!.length; row++) {
        const old = before[i]!.subarray(row * places * width, (row + 1) * places * width);
        buffer.set(old, row * this.places * width);
      }
    }
    this.past = this.#tensors();
  }

  #emptyBuffers(): Float32Array[] {
    const { layers, batch, heads, headWidth } = this.sizes;
    const size = batch * heads * headWidth * this.places;
    return Array.from({ length: 2 * layers }, () => new Float32Array(size));
  }

  #tensors(): PastLayer[] {
    const { layers, batch, heads, headWidth } = this.sizes;
    return Array.from({ length: layers }, (_, layer) => ({
      keys: leaf([batch * heads, headWidth, this.places], this.#buffers[2 * layer]!),
      values: leaf([batch * heads, this.places, headWidth], this.#buffers[2 * layer + 1]!),
    }));
  }
}

/** A tensor on these very values. */
function leaf(shape: readonly number[], data: Float32Array): Tensor {
  return new Tensor(shape, 'float32', { op: null, data });
}

announceLayer('KeyValueCache');
