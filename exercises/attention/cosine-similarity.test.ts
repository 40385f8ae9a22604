import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { cosineMatrix } from './cosine-similarity.ts';

describe('cosineMatrix', () => {
  it('gives 1 along, 0 across, −1 against', async () => {
    const b = tensor([
      [5, 5],
      [2, -2],
      [-1, -1],
    ]);
    await expect(cosineMatrix(tensor([[1, 1]]), b)).toBeCloseToTensor([[1, 0, -1]]);
  });

  it('does not care how long the vectors are', async () => {
    const a = tensor([
      [3, 4],
      [0.3, 0.4],
    ]);
    await expect(cosineMatrix(a, tensor([[200, 0]]))).toBeCloseToTensor([[0.6], [0.6]]);
  });

  it('copes with a huge vector and with one of zeros', async () => {
    const a = tensor([
      [3e25, 4e25],
      [0, 0],
    ]);
    await expect(cosineMatrix(a, tensor([[1, 0]]))).toBeCloseToTensor([[0.6], [0]]);
  });
});
