import { seed } from '@lectern/grader/testing';
import { describe, expect, it } from 'vitest';
import { productShape } from '../../../exercises/linear-algebra/batched-product.ts';

/** Different sizes, 11 to 30 in any order, so that none is taken for another. */
function sizes(count: number, n: number): number[] {
  return Array.from({ length: count }, (_, i) => 11 + (seed(n) % 9) + ((i * 7) % 11));
}
const refused = (a: number[], b: number[]) =>
  expect((async () => productShape(a, b))()).rejects.toThrow();

describe('productShape', () => {
  it('without leading sizes it is the matrix rule', async () => {
    const [m, k, n] = sizes(3, 1) as [number, number, number];
    expect(await productShape([m, k], [k, n])).toEqual([m, n]);
    expect(await productShape([1, k], [k, 1])).toEqual([1, 1]);
  });

  it('leading sizes that agree are kept', async () => {
    const [p, q, m, k, n] = sizes(5, 2) as [number, number, number, number, number];
    expect(await productShape([p, q, m, k], [p, q, k, n])).toEqual([p, q, m, n]);
  });

  it('a missing leading size counts as 1', async () => {
    const [p, q, m, k, n] = sizes(5, 3) as [number, number, number, number, number];
    expect(await productShape([p, q, m, k], [k, n])).toEqual([p, q, m, n]);
    expect(await productShape([m, k], [p, q, k, n])).toEqual([p, q, m, n]);
  });

  it('a 1 stretches, on either side', async () => {
    const [p, q, m, k, n] = sizes(5, 4) as [number, number, number, number, number];
    expect(await productShape([p, 1, m, k], [1, q, k, n])).toEqual([p, q, m, n]);
    expect(await productShape([1, q, m, k], [p, 1, k, n])).toEqual([p, q, m, n]);
  });

  it('leading sizes are aligned at the right', async () => {
    const [p, q, m, k, n] = sizes(5, 5) as [number, number, number, number, number];
    expect(await productShape([p, q, m, k], [q, k, n])).toEqual([p, q, m, n]);
    expect(await productShape([q, m, k], [p, q, k, n])).toEqual([p, q, m, n]);
    await refused([p, q, m, k], [p, k, n]);
  });

  it('a batch of no matrices stays empty', async () => {
    expect(await productShape([0, 2, 3], [1, 3, 4])).toEqual([0, 2, 4]);
    expect(await productShape([2, 3], [0, 3, 4])).toEqual([0, 2, 4]);
  });

  it('inner sizes that differ are refused', async () => {
    const [p, m, k, n] = sizes(4, 6) as [number, number, number, number];
    await refused([p, m, k], [p, n, k]);
    await refused([m, 1], [k, n]);
    await refused([m, k], [1, n]);
  });

  it('leading sizes that do not fit are refused', async () => {
    await refused([3, 5, 6], [2, 6, 7]);
    await refused([4, 5, 6], [2, 6, 7]);
    await refused([2, 3, 5, 6], [2, 4, 6, 7]);
  });
});
