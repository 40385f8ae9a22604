/** Random choices: their frequencies, their edges, and that a seed gives them again. */

import {
  bernoulli,
  dropout,
  full,
  Generator,
  multinomial,
  ones,
  rand,
  randLike,
  type Tensor,
  tensor,
  zeros,
} from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';

/** How often each of `n` places was drawn, as shares. */
async function shares(draws: Tensor, n: number): Promise<number[]> {
  const counts = new Array<number>(n).fill(0);
  for (const place of Array.from(await draws.data(), Number)) counts[place]!++;
  return counts.map((count) => count / draws.numel);
}

forEachBackend('sampling', () => {
  it('multinomial draws places as often as their weights say', async () => {
    const weights = tensor([0, 1, 3, 0, 6, 0]);
    const options = { replacement: true, seed: 7 };
    const found = await shares(multinomial(weights, 4000, options), 6);
    for (const [i, share] of [0, 0.1, 0.3, 0, 0.6, 0].entries()) {
      expect(Math.abs(found[i]! - share)).toBeLessThan(share === 0 ? 1e-9 : 0.03);
    }
    const rows = multinomial(
      tensor([
        [1, 0],
        [0, 2],
      ]),
      3,
      options,
    );
    expect(rows.dtype).toBe('int64');
    expect(await rows.array()).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });

  it('multinomial without replacement draws no place twice', async () => {
    const first = { counts: 0, of: 1000 };
    const seed = new Generator(3);
    const draws = multinomial(full([first.of, 3], 1).mul(tensor([1, 2, 1])), 2, { seed });
    for (const [a, b] of (await draws.array()) as [number, number][]) {
      expect(a).not.toBe(b);
      if (a === 1) first.counts++;
    }
    expect(first.counts / first.of).toBeCloseTo(0.5, 1);
    // what has no weight comes last
    const order = await multinomial(tensor([0, 1, 0, 1]), 4, { seed }).array();
    expect(order.slice(0, 2).toSorted()).toEqual([1, 3]);
  });

  it('bernoulli and dropout keep the shares, and dropout the mean', async () => {
    const coins = bernoulli(full([4000], 0.25), { seed: 1 });
    expect(await coins.mean().item()).toBeCloseTo(0.25, 1);
    expect(await bernoulli(tensor([0, 1]), { seed: 1 }).array()).toEqual([0, 1]);
    const dropped = await dropout(ones([4000]), { p: 0.75, seed: 2 }).array<number[]>();
    expect(new Set(dropped)).toEqual(new Set([0, 4]));
    expect(dropped.filter((value) => value === 0).length / 4000).toBeCloseTo(0.75, 1);
    expect(await dropout(ones([3]), { p: 1, seed: 1 }).array()).toEqual([0, 0, 0]);
    expect(await dropout(ones([3]), { training: false }).array()).toEqual([1, 1, 1]);
  });
});

describe('sampling', () => {
  it('comes again with its seed', async () => {
    const draw = () => multinomial(ones([50]), 20, { replacement: true, seed: 5 }).array();
    expect(await draw()).toEqual(await draw());
    expect(await randLike(zeros([3]), { seed: 1 }).array()).toEqual(
      await rand([3], { seed: 1 }).array(),
    );
  });

  it('refuses what it cannot draw', () => {
    const seed = 1;
    expect(() => multinomial(ones([2]), 3, { seed })).toThrow('cannot draw 3 of 2 places without');
    expect(() => multinomial(ones([2]), 0, { seed })).toThrow('draws 1, 2, … places, not 0');
    expect(() => bernoulli(tensor([0.5, 1.5]), { seed })).toThrow('1.5 is no probability');
    expect(() => multinomial(tensor([1, -1]), 1, { seed })).toThrow('not -1');
    expect(() => multinomial(tensor([1, NaN]), 1, { seed })).toThrow('not NaN');
    expect(() => multinomial(tensor([0, 0]), 1, { seed })).toThrow('all weights of a row are 0');
    expect(() => multinomial(zeros([]), 1, { seed })).toThrow('[places] or [rows, places]');
    expect(() => dropout(ones([2]))).toThrow('dropout: random numbers need a seed');
    expect(() => dropout(ones([2]), { p: 2, seed })).toThrow('between 0 and 1, not 2');
  });
});
