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
  // the symbols at work, as a linked list; kept from call to call, since most words are short
  #ids = new Int32Array(64);
  #next = new Int32Array(64);
  #previous = new Int32Array(64);
  #end = 0;
  /** Neighbours that can be joined, by rank and then by position. */
  readonly #queue = new Heap<number>((a, b) => a < b);

  constructor(merges: readonly Merge[]) {
    this.#results = Int32Array.from(merges, ([, , result]) => result);
    for (const [rank, [left, right]] of merges.entries()) this.#ranks.set(left, right, rank);
  }

  /**
   * Applies all merges that fit: always the one of lowest rank, the leftmost first.
   *
   * With the queue n symbols take n log n steps. (To look for the lowest rank anew each time would
   * take n².)
   */
  apply(symbols: readonly number[]): number[] {
    this.#link(symbols);
    for (let i = 0; i + 1 < this.#end; i++) this.#propose(i);
    for (let entry = this.#queue.pop(); entry !== undefined; entry = this.#queue.pop()) {
      const i = entry % positions;
      const result = this.#results[(entry - i) / positions]!;
      const rank = this.#rankAt(i);
      // neighbours may have changed since they were proposed
      if (rank >= 0 && this.#results[rank] === result) this.#join(i, result);
    }
    const joined: number[] = [];
    for (let i = 0; i < this.#end; i = this.#next[i]!) joined.push(this.#ids[i]!);
    return joined;
  }

  #link(symbols: readonly number[]): void {
    this.#end = symbols.length;
    if (symbols.length > this.#ids.length) {
      this.#ids = new Int32Array(2 * symbols.length);
      this.#next = new Int32Array(2 * symbols.length);
      this.#previous = new Int32Array(2 * symbols.length);
    }
    for (let i = 0; i < symbols.length; i++) {
      this.#ids[i] = symbols[i]!;
      this.#next[i] = i + 1;
      this.#previous[i] = i - 1;
    }
  }

  /** The rank of the merge of the symbol at `i` and the one after it, or −1. */
  #rankAt(i: number): number {
    const after = this.#next[i]!;
    if (after >= this.#end || this.#ids[i] === -1) return -1;
    return this.#ranks.get(this.#ids[i]!, this.#ids[after]!);
  }

  #propose(i: number): void {
    const rank = this.#rankAt(i);
    if (rank >= 0) this.#queue.push(rank * positions + i);
  }

  /** Joins the symbol at `i` and the one after it to `result`. */
  #join(i: number, result: number): void {
    const gone = this.#next[i]!;
    this.#ids[i] = result;
    this.#ids[gone] = -1;
    this.#next[i] = this.#next[gone]!;
    if (this.#next[i]! < this.#end) this.#previous[this.#next[i]!] = i;
    if (this.#previous[i]! >= 0) this.#propose(this.#previous[i]!);
    this.#propose(i);
  }
}
