import { seed } from '@lectern/grader/testing';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { scaledScores } from '../../../exercises/attention/scaled-scores.ts';

type Matrix = number[][];

/** Every row of `q` against every row of `k`, in plain numbers. */
function score(q: Matrix, k: Matrix): Matrix {
  return q.map((query) =>
    k.map((key) => query.reduce((sum, x, i) => sum + x * key[i]!, 0) / Math.sqrt(query.length)),
  );
}

describe('scaledScores', () => {
  it('entry (i, j) is query i against key j', async () => {
    const q = randn([5, 7], { seed: seed(1) });
    const k = randn([3, 7], { seed: seed(2) });
    const expected = score(await q.array<Matrix>(), await k.array<Matrix>());
    await expect(scaledScores(q, k)).toBeCloseToTensor(expected);
  });

  it('every batch and head is scored on its own', async () => {
    const q = randn([2, 3, 4, 5], { seed: seed(3) });
    const k = randn([2, 3, 6, 5], { seed: seed(4) });
    const [queries, keys] = [await q.array<Matrix[][]>(), await k.array<Matrix[][]>()];
    const expected = queries.map((heads, b) => heads.map((rows, h) => score(rows, keys[b]![h]!)));
    await expect(scaledScores(q, k)).toBeCloseToTensor(expected);
  });

  it('more keys leave the earlier scores as they were', async () => {
    const q = randn([4, 6], { seed: seed(5) });
    const k = randn([9, 6], { seed: seed(6) });
    const few = await scaledScores(q, k.narrow(0, 0, 4));
    const many = await scaledScores(q, k);
    expect(many.shape).toEqual([4, 9]);
    await expect(many.narrow(1, 0, 4)).toBeCloseToTensor(few);
  });

  it('random vectors score with a spread near 1, narrow or wide', async () => {
    for (const d of [4, 64, 512]) {
      const q = randn([96, d], { seed: seed(7) });
      const k = randn([96, d], { seed: seed(8) });
      const scores = await scaledScores(q, k);
      expect(scores.shape).toEqual([96, 96]);
      const spread = await scores.std().item();
      expect(spread).toBeGreaterThan(0.6);
      expect(spread).toBeLessThan(1.5);
    }
  });

  it('a query three times as long scores three times as high', async () => {
    const q = randn([4, 5], { seed: seed(9) });
    const k = randn([4, 5], { seed: seed(10) });
    const once = await scaledScores(q, k);
    expect(once.shape).toEqual([4, 4]);
    expect(await once.std().item()).toBeGreaterThan(0.01);
    await expect(scaledScores(q.mul(3), k)).toBeCloseToTensor(once.mul(3));
  });
});
