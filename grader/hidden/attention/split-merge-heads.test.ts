import { seed } from '@lectern/grader/testing';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { mergeHeads, splitHeads } from '../../../exercises/attention/split-merge-heads.ts';

type Tokens = number[][]; // [time, width]

/** The slices of all tokens, head by head. */
function slices(tokens: Tokens, heads: number): number[][][] {
  const width = tokens[0]!.length / heads;
  return Array.from({ length: heads }, (_, h) =>
    tokens.map((token) => token.slice(h * width, (h + 1) * width)),
  );
}

describe('splitHeads and mergeHeads', () => {
  it('head h holds the h-th slice of every token', async () => {
    const x = randn([1, 5, 12], { seed: seed(1) });
    const items = await x.array<Tokens[]>();
    for (const heads of [2, 3, 4]) {
      const expected = items.map((tokens) => slices(tokens, heads));
      await expect(splitHeads(x, heads)).toBeCloseToTensor(expected);
    }
  });

  it('every item of the batch keeps its own tokens', async () => {
    const x = randn([3, 4, 6], { seed: seed(2) });
    const items = await x.array<Tokens[]>();
    await expect(splitHeads(x, 3)).toBeCloseToTensor(items.map((tokens) => slices(tokens, 3)));
  });

  it('merging puts the slices of a token side by side, head 0 first', async () => {
    const x = randn([2, 3, 4, 2], { seed: seed(3) });
    const items = await x.array<number[][][][]>();
    const expected = items.map((heads) =>
      heads[0]!.map((_, time) => heads.flatMap((slice) => slice[time]!)),
    );
    await expect(mergeHeads(x)).toBeCloseToTensor(expected);
  });

  it('merging undoes splitting', async () => {
    const x = randn([2, 5, 8], { seed: seed(4) });
    const heads = await splitHeads(x, 4);
    expect(heads.shape).toEqual([2, 4, 5, 2]);
    await expect(mergeHeads(heads)).toBeCloseToTensor(x);
  });

  it('slices of a single entry', async () => {
    const x = randn([2, 3, 4], { seed: seed(5) });
    const expected = (await x.array<Tokens[]>()).map((tokens) => slices(tokens, 4));
    const heads = await splitHeads(x, 4);
    await expect(heads).toBeCloseToTensor(expected);
    await expect(mergeHeads(heads)).toBeCloseToTensor(x);
  });

  it('a width that the heads cannot share is refused', async () => {
    const split = async (width: number, heads: number) =>
      splitHeads(randn([1, 2, width], { seed: seed(6) }), heads);
    await expect(split(7, 2)).rejects.toThrow();
    expect((await split(7, 7)).shape).toEqual([1, 7, 2, 1]);
  });
});
