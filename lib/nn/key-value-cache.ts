/**
 * Keys and values of tokens that were seen before, so that generating a token looks at that token
 * alone (Pope et al. 2022, arXiv:2211.05102).
 */

import { publicOp } from '../forbid.ts';
import { cat } from '../functions/movement.ts';
import { arange, ones } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer } from './module.ts';

/** What attention asks of a cache. */
export interface AttentionCache {
  /** The places of the next `count` tokens, `[count]`, int64. */
  positions(count: number): Tensor;
  /**
   * What new tokens see of all tokens before them and of themselves.
   *
   * @param q `[batch, heads, length, dHead]`
   * @param k `[batch, kvHeads, length, dHead]`, as is v
   * @returns `[batch, heads, length, dHead]`
   */
  attend(q: Tensor, k: Tensor, v: Tensor): Tensor;
}

/**
 * A cache of fixed capacity for one layer of attention. Its tensors may be inputs of a compiled
 * function, which then serves every length up to the capacity. The function gives back what was
 * `added`, a few rows, and {@link store} puts these in their places: the rest is never copied.
 *
 * @example
 * const step = compile((ids, length, keys, values) => {
 *   const cache = new nn.KeyValueCache(keys, values, length);
 *   return [attention.forward(embed(ids), { cache }), cache.added.keys, cache.added.values];
 * });
 */
export class KeyValueCache implements AttentionCache {
  readonly keys: Tensor;
  readonly values: Tensor;
  readonly length: Tensor;
  #added: { keys: Tensor; values: Tensor } | null = null;

  /**
   * @param keys `[batch, kvHeads, capacity, dHead]`, as are the values: at first
   *   `await zeros(shape).realize()`
   * @param length how many places are filled: one int64 number, shape []
   */
  constructor(keys: Tensor, values: Tensor, length: Tensor) {
    demandLayer('KeyValueCache');
    this.keys = keys;
    this.values = values;
    this.length = length;
  }

  /** The keys and values of the tokens that attended last, `[batch, kvHeads, length, dHead]`. */
  get added(): { keys: Tensor; values: Tensor } {
    if (this.#added === null) throw new ShapeError('KeyValueCache: nothing has attended yet');
    return this.#added;
  }

  positions(count: number): Tensor {
    return arange(count).add(this.length);
  }

  attend(q: Tensor, k: Tensor, v: Tensor): Tensor {
    this.#added = { keys: k, values: v };
    const filled = arange(this.keys.shape[2]!).lt(this.length); // [capacity]
    return attendWithPast(q, { keys: this.keys, values: this.values, filled }, { k, v });
  }
}

/**
 * softmax([q·Kᵀ, q·kᵀ] / √d)·[V; v], where K and V are the past and k and v what is new, without
 * putting past and new together in memory.
 */
function attendWithPast(
  q: Tensor,
  past: { keys: Tensor; values: Tensor; filled: Tensor },
  { k, v }: { k: Tensor; v: Tensor },
): Tensor {
  const [batch, kvHeads, length, d] = k.shape as [number, number, number, number];
  const rows = (q.shape[1]! / kvHeads) * length; // the queries of a group share its keys
  const grouped = q.reshape([batch, kvHeads, rows, d]).div(Math.sqrt(d));
  const before = grouped
    .matmul(past.keys.transpose(-2, -1)) // [batch, kvHeads, rows, capacity]
    .maskedFill(past.filled.logicalNot(), -Infinity);
  const own = grouped.matmul(k.transpose(-2, -1)); // [batch, kvHeads, rows, length]
  const visible = length === 1 ? own : own.maskedFill(laterThan(rows, length), -Infinity);
  const capacity = before.shape.at(-1)!;
  const weights = cat([before, visible], -1).softmax(-1);
  const [old, fresh] = weights.split([capacity, length], -1) as [Tensor, Tensor];
  return old.matmul(past.values).add(fresh.matmul(v)).reshape(q.shape);
}

/** Which keys come later than a query, `[rows, length]`, for the queries of each head in turn. */
function laterThan(rows: number, length: number): Tensor {
  const later = ones([length, length], { dtype: 'bool' }).tril().logicalNot();
  return later.expand([rows / length, length, length]).reshape([rows, length]);
}

/**
 * Writes what was added into the memory of a cache's keys or values, from place `at` on. What was
 * built on the tensor before and is not computed yet will see it too.
 *
 * @param kept `[batch, kvHeads, capacity, dHead]`, computed
 * @param added `[batch, kvHeads, length, dHead]`, computed
 */
export const store = publicOp('nn.store', (kept: Tensor, added: Tensor, at: number): void => {
  const [from, to] = [added.origin.data, kept.origin.data];
  const [batch, heads, capacity, d] = kept.shape as [number, number, number, number];
  const length = added.shape[2]!;
  if (!(from instanceof Float32Array && to instanceof Float32Array) || at + length > capacity) {
    throw new ShapeError(
      `store: ${length} places from ${at} on do not fit into ${show(kept.shape)}, ` +
        'or one of both has not been computed',
    );
  }
  for (let i = 0; i < batch * heads; i++) {
    to.set(from.subarray(i * length * d, (i + 1) * length * d), (i * capacity + at) * d);
  }
});

announceLayer('KeyValueCache');
