import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { scaledScores } from './scaled-scores.ts';

describe('scaledScores', () => {
  it('divides the dot product by the root of the width', async () => {
    const q = tensor([[2, 0, 0, 2]]);
    const k = tensor([
      [1, 1, 1, 1],
      [0, 3, 0, 1],
    ]);
    await expect(scaledScores(q, k)).toBeCloseToTensor([[2, 1]]); // 4 / √4 and 2 / √4
  });

  it('has a row for each query and a column for each key', async () => {
    await expect(scaledScores(tensor([[1], [2], [3]]), tensor([[10], [20]]))).toBeCloseToTensor([
      [10, 20],
      [20, 40],
      [30, 60],
    ]);
  });

  it('gives 0 to vectors at right angles and a negative score to opposite ones', async () => {
    const q = tensor([[0, 3, 0, 0]]);
    const k = tensor([
      [5, 0, 0, 0],
      [0, -2, 0, 0],
    ]);
    await expect(scaledScores(q, k)).toBeCloseToTensor([[0, -3]]);
  });
});
