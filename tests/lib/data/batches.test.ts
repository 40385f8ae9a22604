/** Windows, splits, batches and their order, padding. */

import { corpus, data, Generator, text } from '@lectern/lib';
import { describe, expect, it } from 'vitest';

describe('windows', () => {
  it('shifts targets by one', () => {
    const set = data.windows([1, 2, 3, 4, 5, 6], 2);
    expect(set.length).toBe(2);
    expect([...set.at(0)!].map((part) => [...part])).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect([...set.at(-1)!].map((part) => [...part])).toEqual([
      [3, 4],
      [4, 5],
    ]);
    expect(set.at(2)).toBeUndefined();
  });

  it('overlaps with a smaller stride, and uses the last window that fits', () => {
    expect(data.windows([1, 2, 3, 4], 3).length).toBe(1);
    expect(data.windows([1, 2, 3, 4, 5], 2).length).toBe(2);
    const set = data.windows([1, 2, 3, 4, 5], 2, { stride: 1 });
    expect(set.length).toBe(3);
    expect([...set.at(2)![1]]).toEqual([4, 5]);
  });

  it('says what cannot be', () => {
    expect(() => data.windows([1, 2], 2)).toThrow('2 ids are too few for one window of 2');
    expect(() => data.windows([1, 2], 0)).toThrow('not 0 and 0');
  });
});

describe('trainValidationSplit', () => {
  const items = Array.from({ length: 20 }, (_, i) => i);

  it('takes the end, or draws', () => {
    expect(data.trainValidationSplit(items).validation).toEqual([18, 19]);
    const { train, validation } = data.trainValidationSplit(items, { validation: 0.25, seed: 1 });
    expect(validation).toHaveLength(5);
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(items);
    expect(data.trainValidationSplit(items, { validation: 0.25, seed: 1 })).toEqual({
      train,
      validation,
    });
    expect(data.trainValidationSplit(items, { seed: 2 }).validation).not.toEqual([18, 19]);
  });

  it('knows no share above one', () => {
    expect(() => data.trainValidationSplit(items, { validation: 10 })).toThrow(
      'from 0 to 1, not 10',
    );
  });
});

/** A loader that hands its items out as they are. */
const bare = (
  length: number,
  options: { batchSize: number; seed?: number; dropLast?: boolean },
) => {
  const items = Array.from({ length }, (_, i) => [[i]]);
  return new data.DataLoader(items, options);
};
const take = async (loader: data.DataLoader<number[][]>, batches: number): Promise<number[][]> => {
  const out: number[][] = [];
  for (let i = 0; i < batches; i++)
    out.push(((await loader.next()[0]!.array()) as number[][]).flat());
  return out;
};

describe('DataLoader', () => {
  it('goes through the items in order without a seed', async () => {
    expect(await take(bare(5, { batchSize: 2 }), 4)).toEqual([[0, 1], [2, 3], [4], [0, 1]]);
    expect(await take(bare(5, { batchSize: 2, dropLast: true }), 3)).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
    ]);
    expect(bare(5, { batchSize: 2 }).length).toBe(3);
  });

  it('sees every item once an epoch, in another order each time', async () => {
    const loader = bare(10, { batchSize: 3, seed: 5 });
    const [first, second] = [(await take(loader, 4)).flat(), (await take(loader, 4)).flat()];
    expect(loader.epoch).toBe(2);
    expect(first).not.toEqual(second);
    for (const epoch of [first, second]) {
      expect(epoch.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('goes on exactly where it stood, at any point', async () => {
    for (let stop = 0; stop < 9; stop++) {
      const loader = bare(10, { batchSize: 3, seed: 5 });
      await take(loader, stop);
      const state = JSON.parse(JSON.stringify(loader.state()));
      const rest = await take(loader, 9);
      const other = bare(10, { batchSize: 3, seed: 99 });
      await take(other, 2);
      other.restore(state);
      expect(await take(other, 9)).toEqual(rest);
      loader.restore(state);
      expect(await take(loader, 9)).toEqual(rest);
    }
  });

  it('leaves a generator that it was given alone afterwards', () => {
    const seed = new Generator(3);
    const loader = new data.DataLoader([[[1]], [[2]]], { batchSize: 1, seed });
    const before = seed.state();
    loader.next();
    loader.restore(loader.state());
    expect(seed.state()).toEqual(before);
  });

  it('can be looped over for the rest of an epoch', () => {
    const loader = bare(5, { batchSize: 2 });
    loader.next();
    expect([...loader].map(([batch]) => batch!.shape)).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect([...loader]).toHaveLength(3);
  });

  it('refuses states of other loaders', () => {
    const loader = bare(5, { batchSize: 2, seed: 1 });
    const states = [
      null,
      {},
      { epoch: 0, position: 5, random: null },
      bare(5, { batchSize: 2 }).state(),
    ];
    for (const state of states) expect(() => loader.restore(state)).toThrow('restore needs');
  });

  it('says that there is nothing to hand out', () => {
    expect(() => bare(0, { batchSize: 2 })).toThrow('0 items make no batch of 2');
    expect(() => bare(1, { batchSize: 2, dropLast: true })).toThrow('dropLast');
    expect(() => bare(1, { batchSize: 0 })).toThrow('from 1 on, not 0');
  });

  it('makes windows into tensors of inputs and targets', async () => {
    const tokenizer = new text.CharacterTokenizer(corpus('moby-dick').slice(0, 5000));
    const ids = tokenizer.encode(corpus('moby-dick').slice(0, 5000));
    const loader = new data.DataLoader(data.windows(ids, 8), { batchSize: 4, seed: 1 });
    const [inputs, targets] = loader.next();
    expect([inputs.shape, inputs.dtype, targets.shape]).toEqual([[4, 8], 'int64', [4, 8]]);
    const row = (await inputs.array()) as number[][];
    const next = (await targets.array()) as number[][];
    expect(row[0]!.slice(1)).toEqual(next[0]!.slice(0, -1));
  });
});

describe('collate', () => {
  it('pads inputs, and targets with what the loss leaves out', async () => {
    const collate = data.padCollate({ padding: 9 });
    const pairs = [data.shifted([1, 2, 3, 4]), data.shifted([5, 6])];
    const [inputs, targets] = collate(pairs);
    expect(await inputs.array()).toEqual([
      [1, 2, 3],
      [5, 9, 9],
    ]);
    expect(await targets.array()).toEqual([
      [2, 3, 4],
      [6, -100, -100],
    ]);
  });

  it('hides a prompt, but not the first token after it', () => {
    expect(data.shifted([1, 2, 3, 4], { promptLength: 2 })).toEqual([
      [1, 2, 3],
      [-100, 3, 4],
    ]);
    expect(data.shifted([1])).toEqual([[], []]);
  });

  it('says which items do not fit together', () => {
    expect(() => data.padCollate()([])).toThrow('a batch has at least one item, got none');
    expect(() => data.stackCollate([])).toThrow('a batch has at least one item, got none');
    expect(() => data.stackCollate([[[1, 2]], [[1]]])).toThrow(
      'part 0 has 2 numbers in item 0 and 1 in item 1',
    );
    expect(() => data.stackCollate([[[1]], [[1], [2]]])).toThrow(
      'item 0 has 1 parts and item 1 has 2',
    );
  });
});
