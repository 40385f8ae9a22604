import { eye, tensor, zeros } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { multiHeadAttention } from './multi-head-attention.ts';

const i = eye(2);
const swap = tensor([
  [0, 1],
  [1, 0],
]);

describe('multiHeadAttention', () => {
  it('returns a lonely token as it came when all matrices are the identity', async () => {
    const weights = { wq: i, wk: i, wv: i, wo: i };
    await expect(multiHeadAttention(tensor([[[3, 5]]]), weights, 2)).toBeCloseToTensor([[[3, 5]]]);
  });

  it('takes the mean when no query prefers a key, then mixes with wo', async () => {
    const weights = { wq: zeros([2, 2]), wk: i, wv: i, wo: swap };
    const x = tensor([
      [
        [3, 5],
        [1, 9],
      ],
    ]);
    await expect(multiHeadAttention(x, weights, 2)).toBeCloseToTensor([
      [
        [7, 2],
        [7, 2],
      ],
    ]);
  });

  it('lets each head have its own opinion', async () => {
    // head 0 asks for nothing and gets the mean; head 1 scores ln 3 against 0 for the second token
    const second = tensor([
      [0, 0],
      [0, 1],
    ]);
    const copyFirst = tensor([
      [1, 1],
      [0, 0],
    ]); // both heads hand out the first entry of a token
    const weights = { wq: second, wk: second, wv: copyFirst, wo: i };
    const x = tensor([
      [
        [4, 0],
        [8, Math.sqrt(Math.log(3))],
      ],
    ]);
    await expect(multiHeadAttention(x, weights, 2)).toBeCloseToTensor([
      [
        [6, 6],
        [6, 7],
      ],
    ]);
  });

  it('hides what the mask forbids', async () => {
    const weights = { wq: i, wk: i, wv: i, wo: i };
    const x = tensor([
      [
        [3, 5],
        [1, 9],
      ],
    ]);
    const onlyOneself = tensor([
      [true, false],
      [false, true],
    ]);
    await expect(multiHeadAttention(x, weights, 2, onlyOneself)).toBeCloseToTensor([
      [
        [3, 5],
        [1, 9],
      ],
    ]);
  });
});
