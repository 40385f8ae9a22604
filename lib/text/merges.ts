/** The heart of byte-pair encoding: joining neighbours in the order in which it was learnt. */

import { Heap } from './heap.ts';
import { PairTable } from './pair-table.ts';

/** A merge: the ids of two neighbours, and the id of what they become. */
export type Merge = readonly [left: number, right: number, result: number];

/** Rank and position share one number of 52 bits, so that the queue holds plain numbers. */
const positions = 2 ** 28;

/** Merges by rank: the first in the list was learnt first and is applied first. */
export class MergeTable {
  readonly #ranks = new PairTable();
  readonly #results: Int32Array;

  constructor(merges: readonly Merge[]) {
    this.#results = Int32Array.from(merges, ([, , result]) => result);
    for (const [rank, [left, right]] of merges.entries()) this.#ranks.set(left, right, rank);
  }

  /**
   * Applies all merges that fit: always the one of lowest rank, the leftmost first.
   *
   * The symbols are a linked list, and a queue holds the neighbours that can be joined, so that n
   * symbols take n log n steps. (To look for the lowest rank anew each time would take n².)
   */
  apply(symbols: readonly number[]): number[] {
    const n = symbols.length;
    const ids = Int32Array.from(symbols);
    const next = Int32Array.from(symbols, (_, i) => i + 1);
    const previous = Int32Array.from(symbols, (_, i) => i - 1);
    const queue = new Heap<number>((a, b) => a < b);
    const rankAt = (i: number): number => {
      const after = next[i]!;
      return after < n ? this.#ranks.get(ids[i]!, ids[after]!) : -1;
    };
    const propose = (i: number): void => {
      const rank = rankAt(i);
      if (rank >= 0) queue.push(rank * positions + i);
    };

    for (let i = 0; i < n - 1; i++) propose(i);
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      const i = entry % positions;
      const result = this.#results[(entry - i) / positions]!;
      const rank = ids[i]! < 0 ? -1 : rankAt(i);
      if (rank < 0 || this.#results[rank] !== result) continue; // its neighbours have changed since
      const gone = next[i]!;
      ids[i] = result;
      ids[gone] = -1;
      next[i] = next[gone]!;
      if (next[i]! < n) previous[next[i]!] = i;
      if (previous[i]! >= 0) propose(previous[i]!);
      propose(i);
    }
    return Array.from(ids).filter((id) => id >= 0);
  }
}
