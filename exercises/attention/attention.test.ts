import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { attention } from './attention.ts';

describe('attention', () => {
  it('returns the mean of the values when all keys score the same', async () => {
    const k = tensor([[0], [0]]);
    const v = tensor([[2], [4]]);
    await expect(attention(tensor([[5]]), k, v)).toBeCloseToTensor([[3]]);
  });

  it('weights a value by the softmax of its scaled score', async () => {
    // dot products 2·ln 3 and 0; divided by √4: ln 3 and 0; so 3 parts and 1 part of 4
    const q = tensor([[2, 0, 0, 0]]);
    const k = tensor([
      [Math.log(3), 0, 0, 0],
      [0, 7, 0, 0],
    ]);
    const v = tensor([
      [4, 0],
      [8, 4],
    ]);
    await expect(attention(q, k, v)).toBeCloseToTensor([[5, 1]]);
  });

  it('gives no weight where the mask is false', async () => {
    const k = tensor([[0], [0]]);
    const v = tensor([[2], [4]]);
    const mask = tensor([[true, false]]);
    await expect(attention(tensor([[5]]), k, v, mask)).toBeCloseToTensor([[2]]);
  });
});
