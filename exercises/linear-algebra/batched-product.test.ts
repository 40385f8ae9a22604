import { describe, expect, it } from 'vitest';
import { productShape } from './batched-product.ts';

describe('productShape', () => {
  it('multiplies two sentences of three words by one matrix', async () => {
    expect(await productShape([2, 3, 4], [4, 2])).toEqual([2, 3, 2]);
  });

  it('stretches a 1 among the leading sizes', async () => {
    expect(await productShape([8, 1, 5, 6], [3, 6, 7])).toEqual([8, 3, 5, 7]);
  });

  it('refuses 4 columns against 5 rows', async () => {
    await expect((async () => productShape([2, 3, 4], [5, 2]))()).rejects.toThrow();
  });
});
