import { seed } from '@lectern/grader/testing';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { dotProduct } from '../../../exercises/linear-algebra/dot-product.ts';

const list = (length: number, n: number) => randn([length], { seed: seed(n) }).array<number[]>();
const refused = (a: number[], b: number[]) =>
  expect((async () => dotProduct(a, b))()).rejects.toThrow();

describe('dotProduct', () => {
  it('adds up the products of all pairs', async () => {
    for (const length of [1, 2, 7, 30]) {
      const [a, b] = [await list(length, length), await list(length, 100 + length)];
      let expected = 0;
      for (const [i, value] of a.entries()) expected += value * b[i]!;
      expect(await dotProduct(a, b)).toBeCloseTo(expected, 8);
    }
  });

  it('perpendicular lists give 0', async () => {
    const [x, y] = (await list(2, 1)) as [number, number];
    expect(await dotProduct([x, y], [-y, x])).toBeCloseTo(0, 10);
  });

  it('doubling one list doubles the result', async () => {
    const [a, b] = [await list(5, 2), await list(5, 3)];
    const once = await dotProduct(a, b);
    const doubled = a.map((value) => 2 * value);
    expect(Math.abs(once)).toBeGreaterThan(0);
    expect((await dotProduct(doubled, b)) / once).toBeCloseTo(2, 8);
  });

  it('lists of different lengths are refused', async () => {
    await refused([1, 2, 3], [1, 2]);
    await refused([1, 2], [1, 2, 3]);
    await refused([], [1]);
  });

  it('two empty lists give 0', async () => {
    expect(await dotProduct([], [])).toBe(0);
  });
});
