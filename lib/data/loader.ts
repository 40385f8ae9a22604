/** Batches of a dataset, in an order that can be had again and gone on with after a break. */

import { announce, demandLeave } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import { Generator, type GeneratorState } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BatchSource } from '../train/batches.ts';
import { type Stacked, stackCollate, type Tuple } from './collate.ts';

announce('data.DataLoader');

/** Items by number, as in an array; `windows` makes one. */
export interface Dataset<Item> {
  readonly length: number;
  at(i: number): Item | undefined;
}

export interface LoaderOptions<Item, Batch extends Tensor[]> {
  /** How many items a batch has. */
  batchSize: number;
  /** Items come in a new random order in every epoch; in their own order where left out. */
  seed?: number | Generator;
  /** Leave out what is left at the end of an epoch and fills no batch; false where left out. */
  dropLast?: boolean;
  /** From items to tensors; {@link stackCollate} where left out. */
  collate?: (items: Item[]) => Batch;
}

/** Where a loader stands, as plain data. */
export interface LoaderState {
  /** Passes over the dataset that are done. */
  epoch: number;
  /** Items of this pass that have been handed out. */
  position: number;
  /** The generator when this pass began; null where items come in their own order. */
  random: GeneratorState | null;
}

/**
 * Goes through a dataset batch by batch, again and again.
 *
 * @example
 * const batches = new data.DataLoader(data.windows(ids, 64), { batchSize: 12, seed: 7 });
 * const [inputs, targets] = batches.next(); // [12, 64] each
 */
export class DataLoader<Item = Tuple, Batch extends Tensor[] = Stacked<Item> & Tensor[]>
  implements BatchSource<Batch>
{
  readonly batchSize: number;
  readonly #dataset: Dataset<Item>;
  readonly #collate: (items: Item[]) => Batch;
  readonly #generator: Generator | null;
  /** How many items of an epoch are used. */
  readonly #used: number;
  #epoch = 0;
  #position = 0;
  #order: Uint32Array | null = null;
  #random: GeneratorState | null;

  constructor(dataset: Dataset<Item>, options: LoaderOptions<Item, Batch>) {
    demandLeave('data.DataLoader');
    const { batchSize, seed, dropLast = false, collate } = options;
    if (!(Number.isInteger(batchSize) && batchSize > 0)) {
      throw new LibraryError(`DataLoader: batchSize is a whole number from 1 on, not ${batchSize}`);
    }
    this.batchSize = batchSize;
    this.#dataset = dataset;
    this.#used = dropLast ? dataset.length - (dataset.length % batchSize) : dataset.length;
    if (this.#used === 0) {
      throw new LibraryError(
        `DataLoader: ${dataset.length} items make no batch of ${batchSize}` +
          (dropLast ? ', and dropLast leaves out smaller ones' : ''),
      );
    }
    // a generator of its own, so that going back does not turn back anybody else's
    const start = seed instanceof Generator ? seed.bits() : seed;
    this.#generator = start === undefined ? null : new Generator(start);
    this.#random = this.#generator?.state() ?? null;
    this.#collate = collate ?? (stackCollate as unknown as (items: Item[]) => Batch);
  }

  /** How many batches an epoch has. */
  get length(): number {
    return Math.ceil(this.#used / this.batchSize);
  }

  /** Passes over the dataset that are done. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The next batch; after the last of an epoch comes the first of the next. */
  next(): Batch {
    const end = Math.min(this.#position + this.batchSize, this.#used);
    const items: Item[] = [];
    for (let i = this.#position; i < end; i++) items.push(this.#dataset.at(this.#index(i))!);
    const batch = this.#collate(items);
    this.#position = end;
    if (end === this.#used) this.#beginEpoch();
    return batch;
  }

  /** The batches that are left of this epoch: all of them, where none has been taken. */
  *[Symbol.iterator](): IterableIterator<Batch> {
    const { epoch } = this;
    while (this.#epoch === epoch) yield this.next();
  }

  state(): LoaderState {
    return { epoch: this.#epoch, position: this.#position, random: this.#random };
  }

  /**
   * Goes on from where a loader of the same dataset and options stood.
   *
   * @throws LibraryError for a state that cannot be this loader's
   */
  restore(state: unknown): void {
    const { epoch, position, random } = (state ?? {}) as Partial<LoaderState>;
    const fits =
      Number.isInteger(epoch) &&
      Number.isInteger(position) &&
      position! >= 0 &&
      position! < this.#used &&
      (random === null) === (this.#generator === null);
    if (!fits || random === undefined) {
      throw new LibraryError('DataLoader: restore needs what state() of a loader like this gave');
    }
    if (random !== null) this.#generator?.restore(random);
    this.#random = random;
    this.#order = null;
    this.#epoch = epoch!;
    this.#position = position!;
  }

  #beginEpoch(): void {
    this.#epoch++;
    this.#position = 0;
    this.#order = null;
    this.#random = this.#generator?.state() ?? null;
  }

  #index(i: number): number {
    if (this.#generator === null) return i;
    this.#order ??= shuffledIndices(this.#dataset.length, this.#generator);
    return this.#order[i]!;
  }
}

/** The numbers 0 … n − 1 in random order (Fisher and Yates 1938), or in order without a generator. */
export function shuffledIndices(n: number, generator: Generator | null): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  if (generator === null) return order;
  for (let i = n - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
