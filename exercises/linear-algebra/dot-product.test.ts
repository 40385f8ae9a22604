import { describe, expect, it } from 'vitest';
import { dotProduct } from './dot-product.ts';

describe('dotProduct', () => {
  it('is 1·4 + 2·5 + 3·6 = 32 for [1, 2, 3] and [4, 5, 6]', async () => {
    expect(await dotProduct([1, 2, 3], [4, 5, 6])).toBe(32);
  });

  it('lets negative products cancel positive ones', async () => {
    expect(await dotProduct([2, 0, -1], [3, 7, 6])).toBe(0);
  });

  it('refuses three numbers against two', async () => {
    await expect((async () => dotProduct([1, 2, 3], [1, 2]))()).rejects.toThrow();
  });
});
