import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { causalMask } from './causal-mask.ts';

const no = -Infinity;

describe('causalMask', () => {
  it('hides the second token from the first', async () => {
    const scores = tensor([
      [1, 2],
      [3, 4],
    ]);
    await expect(causalMask(scores)).toBeCloseToTensor([
      [1, no],
      [3, 4],
    ]);
  });

  it('lets a token see one key more than the token before it', async () => {
    const scores = tensor([
      [5, 5, 5],
      [6, 6, 6],
      [7, 7, 7],
    ]);
    await expect(causalMask(scores)).toBeCloseToTensor([
      [5, no, no],
      [6, 6, no],
      [7, 7, 7],
    ]);
  });

  it('takes the queries to be the last tokens', async () => {
    const scores = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    await expect(causalMask(scores)).toBeCloseToTensor([
      [1, 2, no],
      [4, 5, 6],
    ]);
  });
});
