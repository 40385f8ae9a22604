/** Perceptron and Hopfield network. */

import { Hopfield, Perceptron, rand, tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';

describe('perceptron', () => {
  const corners = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);

  it('learns AND by the steps of the rule', async () => {
    const perceptron = new Perceptron(2);
    const y = tensor([0, 0, 0, 1], { dtype: 'int64' });
    expect(await perceptron.learn(corners, y)).toBe(1); // only [1, 1] was wrong: w = [1, 1], b = 1
    expect(await perceptron.weight.array()).toEqual([1, 1]);
    expect(await perceptron.bias.item()).toBe(1);
    expect(await perceptron.learn(corners, y)).toBe(3); // said 1 to [0, 0], [0, 1], then 0 to [1, 1]
    let mistakes = 1;
    for (let round = 0; round < 20 && mistakes > 0; round++)
      mistakes = await perceptron.learn(corners, y);
    expect(mistakes).toBe(0);
    expect(await perceptron.forward(corners).array()).toEqual([0, 0, 0, 1]);
  });

  it('never learns XOR', async () => {
    const perceptron = new Perceptron(2, { rate: 0.5 });
    const y = tensor([0, 1, 1, 0], { dtype: 'int64' });
    for (let round = 0; round < 50; round++)
      expect(await perceptron.learn(corners, y)).toBeGreaterThan(0);
    await expect(perceptron.learn(corners, tensor([1]))).rejects.toThrow('needs x [examples, 2]');
  });
});

describe('Hopfield network', () => {
  it('stores by the rule', async () => {
    const net = new Hopfield(3).store(tensor([[1, 1, -1]]));
    const w = 1 / 3;
    const rows = await net.weight.array<number[][]>();
    for (const [i, row] of [
      [0, w, -w],
      [w, 0, -w],
      [-w, -w, 0],
    ].entries()) {
      for (const [j, value] of row.entries()) expect(rows[i]![j]).toBeCloseTo(value, 6);
    }
    // −½ · 6 · ⅓ for the pattern, and for its opposite
    expect(await net.energy(tensor([1, 1, -1])).item()).toBeCloseTo(-1, 6);
    expect(await net.energy(tensor([-1, -1, 1])).item()).toBeCloseTo(-1, 6);
  });

  it('recalls patterns from damaged ones, downhill all the way', async () => {
    const n = 64;
    const patterns = rand([3, n], { seed: 5 }).gt(0.5).cast('float32').mul(2).sub(1);
    const net = new Hopfield(n).store(patterns);
    const rows = await patterns.array<number[][]>();
    for (const row of rows) {
      const damaged = row.map((s, i) => (i % 7 === 0 ? -s : s));
      const { state, energies, settled } = await net.recall(tensor(damaged), { seed: 1 });
      expect(await state.array()).toEqual(row);
      expect(settled).toBe(true);
      for (const [i, energy] of energies.entries()) {
        if (i > 0) expect(energy).toBeLessThan(energies[i - 1]!);
      }
      expect(energies.at(-1)).toBeCloseTo(await net.energy(state).item(), 3);
    }
    await expect(net.recall(tensor(Array(n).fill(0)), { seed: 1 })).rejects.toThrow('1 or −1');
    expect(() => net.energy(tensor([1]))).toThrow('with 64 units');
  });
});
