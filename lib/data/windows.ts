/** Cutting data up: a long text into windows, a dataset into a part to learn from and one to test on. */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import { type Generator, generatorFrom } from '../tensor/random.ts';
import type { Dataset } from './loader.ts';
import { shuffledIndices } from './loader.ts';

export interface WindowOptions {
  /** From the start of a window to that of the next; the length where left out: no overlap. */
  stride?: number;
}

/** A window: ids, and the ids that come one position later. */
export type Window = [inputs: Int32Array, targets: Int32Array];

/**
 * A text of ids as windows of `length` with their targets, which are shifted by one. The ids at the end
 * that fill no window are left out.
 *
 * @example data.windows([1, 2, 3, 4, 5], 2).at(1); // [[3, 4], [4, 5]]
 */
export const windows = publicOp(
  'data.windows',
  (
    ids: ArrayLike<number>,
    length: number,
    { stride = length }: WindowOptions = {},
  ): Dataset<Window> => {
    if (!(Number.isInteger(length) && length > 0 && Number.isInteger(stride) && stride > 0)) {
      throw new LibraryError(
        `windows: length and stride are whole numbers from 1 on, not ${length} and ${stride}`,
      );
    }
    const all = Int32Array.from(ids);
    const count = Math.floor((all.length - 1 - length) / stride) + 1;
    if (count < 1) {
      throw new LibraryError(
        `windows: ${all.length} ids are too few for one window of ${length} and its targets`,
      );
    }
    return {
      length: count,
      at(i) {
        const start = (i < 0 ? i + count : i) * stride;
        if (!(start >= 0 && start <= (count - 1) * stride)) return undefined;
        return [all.subarray(start, start + length), all.subarray(start + 1, start + 1 + length)];
      },
    };
  },
);

export interface SplitOptions {
  /** The share that is for validation; 0.1 where left out. */
  validation?: number;
  /** Draw the part at random; where left out it is the end, as it must be for one long text. */
  seed?: number | Generator;
}

/**
 * Two parts of a list that have nothing in common: one to learn from, one to measure with.
 *
 * @example const { train, validation } = data.trainValidationSplit(ids, { validation: 0.1 });
 */
export const trainValidationSplit = publicOp(
  'data.trainValidationSplit',
  <Item>(
    items: ArrayLike<Item>,
    { validation = 0.1, seed }: SplitOptions = {},
  ): { train: Item[]; validation: Item[] } => {
    if (!(validation >= 0 && validation <= 1)) {
      throw new LibraryError(
        `trainValidationSplit: validation is a share from 0 to 1, not ${validation}`,
      );
    }
    const generator = seed === undefined ? null : generatorFrom('trainValidationSplit', { seed });
    const order = shuffledIndices(items.length, generator);
    const cut = items.length - Math.round(items.length * validation);
    const pick = (indices: Uint32Array) => Array.from(indices, (i) => items[i]!);
    return { train: pick(order.subarray(0, cut)), validation: pick(order.subarray(cut)) };
  },
);
