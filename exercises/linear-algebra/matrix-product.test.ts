import { describe, expect, it } from 'vitest';
import { matrixProduct } from './matrix-product.ts';

describe('matrixProduct', () => {
  it('makes a 3×3 matrix of a 3×2 and a 2×3 matrix', async () => {
    const a = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const b = [
      [1, 0, 2],
      [0, 1, 3],
    ];
    expect(await matrixProduct(a, b)).toEqual([
      [1, 2, 8],
      [3, 4, 18],
      [5, 6, 28],
    ]);
  });

  it('is a dot product for one row and one column', async () => {
    expect(await matrixProduct([[1, 2, 3]], [[4], [5], [6]])).toEqual([[32]]);
  });

  it('makes a whole table of one column and one row', async () => {
    expect(await matrixProduct([[2], [3]], [[10, 100]])).toEqual([
      [20, 200],
      [30, 300],
    ]);
  });
});
