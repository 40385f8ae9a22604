import { eye, tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { projections } from './projections.ts';

const wq = tensor([[1], [10]]);
const wk = tensor([[3], [4]]);
const wv = tensor([
  [1, 1],
  [0, 1],
]);

describe('projections', () => {
  it('multiplies a token by each of the three matrices', async () => {
    const { q, k, v } = await projections(tensor([[1, 2]]), wq, wk, wv);
    await expect(q).toBeCloseToTensor([[21]]);
    await expect(k).toBeCloseToTensor([[11]]);
    await expect(v).toBeCloseToTensor([[1, 3]]);
  });

  it('gives every token a row of its own', async () => {
    const x = tensor([
      [0, 1],
      [1, 1],
    ]);
    const { q, k, v } = await projections(x, wq, wk, wv);
    await expect(q).toBeCloseToTensor([[10], [11]]);
    await expect(k).toBeCloseToTensor([[4], [7]]);
    await expect(v).toBeCloseToTensor([
      [0, 1],
      [1, 2],
    ]);
  });

  it('changes nothing where the matrix is the identity', async () => {
    const x = tensor([
      [3, -4],
      [0, 7],
    ]);
    const { q, k, v } = await projections(x, eye(2), eye(2), eye(2));
    for (const view of [q, k, v]) await expect(view).toBeCloseToTensor(x);
  });
});
