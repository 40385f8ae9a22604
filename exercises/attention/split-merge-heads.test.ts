import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { mergeHeads, splitHeads } from './split-merge-heads.ts';

const tokens = [
  [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ],
]; // [1, 2, 4]
const heads = [
  [
    [
      [1, 2],
      [5, 6],
    ],
    [
      [3, 4],
      [7, 8],
    ],
  ],
]; // [1, 2, 2, 2]

describe('splitHeads and mergeHeads', () => {
  it('gives each head its slice of every token', async () => {
    await expect(splitHeads(tensor(tokens), 2)).toBeCloseToTensor(heads);
  });

  it('puts the slices of a token side by side again', async () => {
    await expect(mergeHeads(tensor(heads))).toBeCloseToTensor(tokens);
  });

  it('leaves a single head everything', async () => {
    await expect(splitHeads(tensor(tokens), 1)).toBeCloseToTensor([tokens]);
  });
});
