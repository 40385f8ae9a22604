/**
 * A map from pairs of token ids to a number, as a hash table with open addressing in two typed
 * arrays: about five times as fast as a Map with a combined key, and BPE does little else.
 */
export class PairTable {
  #keys = new Int32Array(2 * 64).fill(-1);
  #values = new Int32Array(64);
  #size = 0;

  /** The number stored for the pair, or −1. */
  get(left: number, right: number): number {
    const slot = this.#slot(left, right);
    return this.#keys[2 * slot] === -1 ? -1 : this.#values[slot]!;
  }

  /** Stores a number for the pair, in place of the one before. */
  set(left: number, right: number, value: number): void {
    if (2 * this.#size >= this.#values.length) this.#grow();
    const slot = this.#slot(left, right);
    if (this.#keys[2 * slot] === -1) this.#size++;
    this.#keys[2 * slot] = left;
    this.#keys[2 * slot + 1] = right;
    this.#values[slot] = value;
  }

  /** Where the pair is, or the free place where it would be. */
  #slot(left: number, right: number): number {
    const mask = this.#values.length - 1;
    const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const key = this.#keys[2 * slot]!;
      if (key === -1 || (key === left && this.#keys[2 * slot + 1] === right)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Int32Array(2 * keys.length).fill(-1);
    this.#values = new Int32Array(2 * values.length);
    this.#size = 0;
    for (let slot = 0; slot < values.length; slot++) {
      if (keys[2 * slot] !== -1) this.set(keys[2 * slot]!, keys[2 * slot + 1]!, values[slot]!);
    }
  }
}
