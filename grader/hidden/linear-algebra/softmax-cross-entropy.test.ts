import { seed } from '@lectern/grader/testing';
import { full, ones, randn, tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../../../exercises/linear-algebra/softmax-cross-entropy.ts';

/** In plain numbers, for scores of moderate size. */
const shares = (row: number[]) => {
  const parts = row.map((score) => Math.exp(score));
  const total = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / total);
};

describe('softmaxCrossEntropy', () => {
  it('each row of probabilities sums to 1 and follows the scores', async () => {
    const scores = randn([3, 4], { seed: seed(1) });
    const { probabilities } = await softmaxCrossEntropy(scores, full([3, 4], 0.25));
    const rows = await scores.array<number[][]>();
    await expect(probabilities).toBeCloseToTensor(rows.map(shares));
    await expect(probabilities.sum(-1)).toBeCloseToTensor(ones([3]));
  });

  it('the loss of one row is −ln p of the true class', async () => {
    const scores = randn([1, 5], { seed: seed(2) });
    const [row] = await scores.array<number[][]>();
    for (const truth of [0, 3]) {
      const target = tensor([[0, 1, 2, 3, 4].map((i) => (i === truth ? 1 : 0))]);
      const { loss } = await softmaxCrossEntropy(scores, target);
      await expect(loss).toBeCloseToTensor(-Math.log(shares(row!)[truth]!));
    }
  });

  it('the loss is the mean over the rows', async () => {
    const scores = randn([3, 2], { seed: seed(3) });
    const targets = tensor([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const [a, b, c] = (await scores.array<number[][]>()).map(shares);
    const { loss } = await softmaxCrossEntropy(scores, targets);
    const expected = -(Math.log(a![0]!) + Math.log(b![0]!) + Math.log(c![1]!)) / 3;
    await expect(loss).toBeCloseToTensor(expected);
  });

  it('targets may be spread over several classes', async () => {
    const scores = randn([1, 3], { seed: seed(4) });
    const [p] = (await scores.array<number[][]>()).map(shares);
    const { loss } = await softmaxCrossEntropy(scores, tensor([[0.5, 0.2, 0.3]]));
    const [x, y, z] = p!.map(Math.log);
    await expect(loss).toBeCloseToTensor(-(0.5 * x! + 0.2 * y! + 0.3 * z!));
  });

  it('a far-off score costs its distance, not infinity', async () => {
    const scores = tensor([
      [10_000, 0, -10_000],
      [-200, 0, 100],
    ]);
    const targets = tensor([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    const { probabilities, loss } = await softmaxCrossEntropy(scores, targets);
    await expect(loss).toBeCloseToTensor((20_000 + 300) / 2);
    await expect(probabilities).toBeCloseToTensor([
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it('raising a whole row changes neither result', async () => {
    const scores = randn([2, 3], { seed: seed(5) });
    const targets = tensor([
      [0, 1, 0],
      [1, 0, 0],
    ]);
    const before = await softmaxCrossEntropy(scores, targets);
    const after = await softmaxCrossEntropy(scores.add(tensor([[300], [-300]])), targets);
    expect(Number.isFinite(await before.loss.item())).toBe(true);
    await expect(after.loss).toBeCloseToTensor(before.loss, { rtol: 1e-3 });
    await expect(after.probabilities).toBeCloseToTensor(before.probabilities, { rtol: 1e-3 });
  });

  it('a perfect prediction costs nothing', async () => {
    const { loss } = await softmaxCrossEntropy(tensor([[10_000, 0, 0]]), tensor([[1, 0, 0]]));
    await expect(loss).toBeCloseToTensor(0);
  });
});
