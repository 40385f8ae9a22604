import { seed } from '@lectern/grader/testing';
import { full, randn, tensor, where } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { causalMask } from '../../../exercises/attention/causal-mask.ts';

type Matrix = number[][];

/** −∞ wherever the key stands later than the query. */
function masked(scores: Matrix): Matrix {
  return scores.map((row, i) => {
    const position = row.length - scores.length + i;
    return row.map((score, j) => (j <= position ? score : -Infinity));
  });
}

describe('causalMask', () => {
  it('a token sees itself and everything before it', async () => {
    const scores = randn([6, 6], { seed: seed(1) });
    await expect(causalMask(scores)).toBeCloseToTensor(masked(await scores.array<Matrix>()));
  });

  it('the same triangle in every batch and every head', async () => {
    const scores = randn([2, 3, 4, 4], { seed: seed(2) });
    const expected = (await scores.array<Matrix[][]>()).map((heads) => heads.map(masked));
    await expect(causalMask(scores)).toBeCloseToTensor(expected);
  });

  it('scores that may be seen are untouched, even 0', async () => {
    const values = [
      [0, 1, 2],
      [-1e30, 0, 3],
      [0, 1e30, 0],
    ];
    await expect(causalMask(tensor(values))).toBeCloseToTensor(masked(values));
  });

  it('a score that is −∞ already stays −∞', async () => {
    const noise = randn([5, 5], { seed: seed(3) });
    const scores = where(noise.gt(0.5), full([5, 5], -Infinity), noise);
    await expect(causalMask(scores)).toBeCloseToTensor(masked(await scores.array<Matrix>()));
  });

  it('the newest tokens see all that came before', async () => {
    for (const queries of [2, 5]) {
      const scores = randn([queries, 6], { seed: seed(4) });
      await expect(causalMask(scores)).toBeCloseToTensor(masked(await scores.array<Matrix>()));
    }
  });

  it('a single query, the newest token, sees every key', async () => {
    const scores = randn([2, 1, 7], { seed: seed(6) });
    await expect(causalMask(scores)).toBeCloseToTensor(scores);
  });

  it('after softmax the future weighs exactly 0, however high it scored', async () => {
    const future = tensor([
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    const scores = randn([3, 3], { seed: seed(5) }).add(future.mul(1e20));
    const weights = (await causalMask(scores)).softmax(-1);
    expect(await weights.mul(future).max().item()).toBe(0);
    await expect(weights.sum(-1)).toBeCloseToTensor([1, 1, 1]);
  });
});
