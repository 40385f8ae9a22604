import { seed } from '@lectern/grader/testing';
import { full, ones, randint, randn, tensor, where } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { softmaxWeights } from '../../../exercises/attention/softmax-weights.ts';

type Matrix = number[][];

describe('softmaxWeights', () => {
  it('every row sums to 1, however many dimensions lead', async () => {
    const weights = await softmaxWeights(randn([2, 3, 4, 5], { seed: seed(1) }).mul(3));
    await expect(weights.sum(-1)).toBeCloseToTensor(ones([2, 3, 4]));
    expect(await weights.min().item()).toBeGreaterThanOrEqual(0);
  });

  it('two weights stand in the ratio of their exponentials', async () => {
    const scores = randn([4, 6], { seed: seed(2) });
    const rows = await scores.array<Matrix>();
    const weights = await (await softmaxWeights(scores)).array<Matrix>();
    for (const [i, row] of rows.entries()) {
      for (const [j, score] of row.entries()) {
        const ratio = weights[i]![j]! / weights[i]![0]!;
        expect(ratio / Math.exp(score - row[0]!)).toBeCloseTo(1, 3);
      }
    }
  });

  it('raising a whole row by the same number changes nothing', async () => {
    const scores = randn([3, 5], { seed: seed(3) });
    const before = await softmaxWeights(scores);
    expect(before.shape).toEqual([3, 5]);
    expect(await before.std().item()).toBeGreaterThan(0.001);
    const raised = scores.add(tensor([[2], [-4], [30]]));
    await expect(softmaxWeights(raised)).toBeCloseToTensor(before);
  });

  it('scores of ±10 000 give no NaN', async () => {
    const scores = tensor([
      [10_000, 9_999, -10_000],
      [-10_000, -10_000, -10_002],
    ]);
    const rows = [
      [1, Math.exp(-1), 0],
      [1, 1, Math.exp(-2)],
    ];
    const expected = rows.map((row) => row.map((x) => x / row.reduce((a, b) => a + b)));
    // near 10 000 neighbouring 32-bit floats lie 0.001 apart: leave room for it
    await expect(softmaxWeights(scores)).toBeCloseToTensor(expected, { rtol: 2e-3 });
  });

  it('a row of huge scores does not disturb a row of small ones', async () => {
    const small = randn([1, 4], { seed: seed(4) });
    const alone = await softmaxWeights(small);
    await expect(alone.sum(-1)).toBeCloseToTensor([1]);
    const both = await softmaxWeights(small.expand([2, 4]).add(tensor([[5000], [0]])));
    await expect(both.narrow(0, 1, 1)).toBeCloseToTensor(alone);
  });

  it('a single key gets everything', async () => {
    await expect(softmaxWeights(randn([3, 1], { seed: seed(5) }))).toBeCloseToTensor([
      [1],
      [1],
      [1],
    ]);
  });

  it('a key at −∞ weighs exactly 0, wherever it stands', async () => {
    const shape = [2, 3, 4, 6];
    const hidden = randint(0, 6, [2, 3, 4, 1], { seed: seed(6) }); // one key per row
    const isHidden = tensor([0, 1, 2, 3, 4, 5], { dtype: hidden.dtype }).eq(hidden);
    const scores = where(isHidden, full(shape, -Infinity), randn(shape, { seed: seed(7) }));
    const weights = await softmaxWeights(scores);
    const nothing = where(isHidden, weights, full(shape, 0));
    expect(await nothing.abs().max().item()).toBe(0);
    await expect(weights.sum(-1)).toBeCloseToTensor(ones([2, 3, 4]));
  });
});
