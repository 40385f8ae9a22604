/** From the items of a batch to tensors. */

import { publicOp } from '../forbid.ts';
import { tensor } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Token ids. */
export type Ids = readonly number[] | Int32Array;

/** An item of several parts, such as inputs and targets. */
export type Tuple = readonly Ids[];

/** A tensor for every part of an item: `[inputs, targets]` gives `[Tensor, Tensor]`. */
export type Stacked<Item> = Item extends Tuple ? { -readonly [Part in keyof Item]: Tensor } : never;

export interface ShiftOptions {
  /** The first so many ids are given, not to be foretold: their targets are `ignoreIndex`. */
  promptLength?: number;
  ignoreIndex?: number;
}

export interface PadOptions {
  /** The id that fills up inputs; the model's output there is not looked at. */
  padding?: number;
  /** What fills up targets, which the loss leaves out; −100 where left out, as in `crossEntropy`. */
  ignoreIndex?: number;
}

/**
 * Items of equally long lists, each part stacked: `[inputs, targets]` gives two int64 tensors
 * `[batch, length]`.
 */
export function stackCollate<Item extends Tuple>(items: readonly Item[]): Stacked<Item> {
  const stacked = columns(items).map((lists, part) => {
    const { length } = lists[0]!;
    const other = lists.findIndex((list) => list.length !== length);
    if (other >= 0) {
      throw new ShapeError(
        `stackCollate: part ${part} has ${length} numbers in item 0 and ` +
          `${lists[other]!.length} in item ${other}; padCollate fills up`,
      );
    }
    return filled(lists, length, 0);
  });
  return stacked as Stacked<Item>;
}

/**
 * A collate function for items `[inputs, targets]` of any lengths: everything is filled up on the
 * right to the longest of the batch, `[batch, longest]`.
 *
 * @example new data.DataLoader(pairs, { batchSize: 8, seed: 1, collate: data.padCollate() })
 */
export const padCollate = publicOp(
  'data.padCollate',
  ({ padding = 0, ignoreIndex = -100 }: PadOptions = {}) =>
    <Item extends Tuple>(items: readonly Item[]): Stacked<Item> => {
      const longest = Math.max(...items.flatMap((item) => item.map((list) => list.length)));
      const padded = columns(items).map((lists, part) =>
        filled(lists, longest, part === 0 ? padding : ignoreIndex),
      );
      return padded as Stacked<Item>;
    },
);

/** A sequence as `[inputs, targets]`: at every position the target is the id that comes next. */
export const shifted = publicOp(
  'data.shifted',
  (ids: Ids, { promptLength = 0, ignoreIndex = -100 }: ShiftOptions = {}): [number[], number[]] => {
    const inputs = Array.from(ids).slice(0, -1);
    const targets = Array.from(ids, (id, i) => (i < promptLength ? ignoreIndex : id)).slice(1);
    return [inputs, targets];
  },
);

/** The first parts of all items, the second parts, and so on. */
function columns(items: readonly Tuple[]): Ids[][] {
  if (items.length === 0) throw new ShapeError('collate: a batch has at least one item, got none');
  const parts = items[0]!.length;
  const other = items.findIndex((item) => item.length !== parts);
  if (other >= 0) {
    throw new ShapeError(
      `collate: item 0 has ${parts} parts and item ${other} has ${items[other]!.length}`,
    );
  }
  return Array.from({ length: parts }, (_, part) => items.map((item) => item[part]!));
}

/** Lists as rows of a tensor, `[lists, length]`. */
function filled(lists: readonly Ids[], length: number, filling: number): Tensor {
  const values = new Float64Array(lists.length * length).fill(filling);
  for (const [row, list] of lists.entries()) values.set(list, row * length);
  return tensor(values, { dtype: 'int64', shape: [lists.length, length] });
}
