/** Random numbers: the same for ever, and random. */

import { Generator, permutation, rand, randint, randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';

describe('random numbers', () => {
  it('are these, for seed 7', async () => {
    const rounded = async (values: Promise<number[]>) =>
      (await values).map((x) => Number(x.toFixed(5)));
    expect(await rounded(rand([4], { seed: 7 }).array())).toEqual([
      0.04901, 0.16556, 0.92985, 0.95213,
    ]);
    expect(await rounded(randn([4], { seed: 7 }).array())).toEqual([
      0.16041, 0.27344, 2.20179, -0.68296,
    ]);
    expect(await randint(0, 100, [6], { seed: 7 }).array()).toEqual([3, 92, 20, 90, 55, 66]);
    expect(await permutation(6, { seed: 7 }).array()).toEqual([3, 1, 4, 0, 2, 5]);
  });

  it('go on from a state', () => {
    const generator = new Generator(7);
    generator.normal(); // half of a pair: the other is part of the state
    const state = generator.state();
    const draw = () => [generator.normal(), generator.normal(), generator.uniform()];
    const drawn = draw();
    generator.restore(structuredClone(state));
    expect(draw()).toEqual(drawn);
    expect(() => generator.restore({ words: [1], spare: null })).toThrow('what state() gave');
  });

  it('differ between seeds, also fractional and large ones', async () => {
    const seeds = [0, 1, 2, 0.25, 0.75, -1, 2 ** 31, 2 ** 32, 2 ** 40];
    const firsts = seeds.map((seed) => new Generator(seed).bits());
    expect(new Set(firsts).size).toBe(seeds.length);
  });

  it('go on where a generator stopped', async () => {
    const whole = await rand([6], { seed: 3 }).array();
    const seed = new Generator(3);
    const parts = [rand([2], { seed }), rand([4], { seed })];
    expect([...(await parts[0]!.array()), ...(await parts[1]!.array())]).toEqual(whole);
  });

  it('have the right mean and spread', async () => {
    const normal = randn([100, 1000], { seed: 1 });
    expect(await normal.mean().item()).toBeCloseTo(0, 1);
    expect(await normal.std().item()).toBeCloseTo(1, 1);
    const uniform = rand([100, 1000], { seed: 1 });
    expect(await uniform.mean().item()).toBeCloseTo(0.5, 1);
    expect(await uniform.max().item()).toBeLessThan(1);
    expect(await uniform.min().item()).toBeGreaterThanOrEqual(0);
    // neighbours do not know of each other
    const [a, b] = [normal.narrow(1, 0, 999), normal.narrow(1, 1, 999)];
    expect(Math.abs(await a.mul(b).mean().item())).toBeLessThan(0.02);
  });

  it('reach all of a range wider than 32 bits', async () => {
    const wide: number[] = await randint(0, 2 ** 40, [1000], { seed: 5 }).array();
    const mean = wide.reduce((a, b) => a + b) / 1000;
    expect(mean / 2 ** 39).toBeCloseTo(1, 1);
    expect(wide.some((x) => x % 2 ** 32 > 2 ** 31 && x < 2 ** 34)).toBe(true);
    expect(Math.max(...wide)).toBeLessThan(2 ** 40);
  });

  it('take each whole number equally often, and each once in a permutation', async () => {
    const dice: number[] = await randint(1, 7, [60_000], { seed: 5 }).array();
    for (let face = 1; face <= 6; face++) {
      expect(dice.filter((x) => x === face).length / 10_000).toBeCloseTo(1, 1);
    }
    const order: number[] = await permutation(50, { seed: 5 }).array();
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  });
});
