import { seed } from '@lectern/grader/testing';
import { cat, eye, permutation, randn, type Tensor, tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { multiHeadAttention } from '../../../exercises/attention/multi-head-attention.ts';

type Matrix = number[][];
type Weights = { wq: Tensor; wk: Tensor; wv: Tensor; wo: Tensor };
type Sees = (batch: number, head: number, query: number, key: number) => boolean;

/** Four random matrices, small enough that random tokens give scores of ordinary size. */
function randomWeights(dModel: number, n: number): Weights {
  const matrix = (i: number) =>
    randn([dModel, dModel], { seed: seed(10 * n + i) }).div(Math.sqrt(dModel));
  return { wq: matrix(1), wk: matrix(2), wv: matrix(3), wo: matrix(4) };
}

/** a·b in plain (64-bit) numbers. */
function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, i) => sum + x * b[i]![j]!, 0)));
}

/** Attention of one head on its slices. */
function attend(q: Matrix, k: Matrix, v: Matrix, sees: (i: number, j: number) => boolean): Matrix {
  const scores = product(
    q,
    k[0]!.map((_, n) => k.map((key) => key[n]!)),
  );
  return scores.map((row, i) => {
    const parts = row.map((s, j) => (sees(i, j) ? Math.exp(s / Math.sqrt(q[0]!.length)) : 0));
    const whole = parts.reduce((a, b) => a + b);
    return product([parts.map((part) => part / whole)], v)[0]!;
  });
}

/** The layer, head by head, sequence by sequence. */
async function layer(x: Tensor, weights: Weights, heads: number, sees: Sees = () => true) {
  const [wq, wk, wv, wo] = (await Promise.all(
    [weights.wq, weights.wk, weights.wv, weights.wo].map((w) => w.array()),
  )) as [Matrix, Matrix, Matrix, Matrix];
  const dHead = wq.length / heads;
  return (await x.array<Matrix[]>()).map((tokens, b) => {
    const [q, k, v] = [product(tokens, wq), product(tokens, wk), product(tokens, wv)];
    const outputs = Array.from({ length: heads }, (_, h) => {
      const slice = (rows: Matrix) => rows.map((row) => row.slice(h * dHead, (h + 1) * dHead));
      return attend(slice(q), slice(k), slice(v), (i, j) => sees(b, h, i, j));
    });
    const merged = tokens.map((_, t) => outputs.flatMap((output) => output[t]!));
    return product(merged, wo);
  });
}

describe('multiHeadAttention', () => {
  it('one head is plain attention between two projections', async () => {
    const x = randn([1, 5, 4], { seed: seed(1) });
    const weights = randomWeights(4, 1);
    await expect(multiHeadAttention(x, weights, 1)).toBeCloseToTensor(await layer(x, weights, 1));
  });

  it('every head attends with its own slice', async () => {
    const x = randn([1, 5, 12], { seed: seed(2) }).mul(2);
    const weights = { ...randomWeights(12, 2), wo: eye(12) };
    for (const heads of [3, 4]) {
      const expected = await layer(x, weights, heads);
      await expect(multiHeadAttention(x, weights, heads)).toBeCloseToTensor(expected);
    }
  });

  it('the output matrix mixes what the heads found', async () => {
    const x = randn([1, 4, 6], { seed: seed(3) });
    const weights = randomWeights(6, 3);
    const unmixed = await multiHeadAttention(x, { ...weights, wo: eye(6) }, 2);
    await expect(multiHeadAttention(x, weights, 2)).toBeCloseToTensor(unmixed.matmul(weights.wo));
    const mixed = await layer(x, weights, 2);
    await expect(multiHeadAttention(x, weights, 2)).toBeCloseToTensor(mixed);
  });

  it('sequences of a batch do not see each other', async () => {
    const x = randn([3, 4, 6], { seed: seed(4) });
    const weights = randomWeights(6, 4);
    const together = await multiHeadAttention(x, weights, 3);
    await expect(together).not.toBeCloseToTensor(x);
    expect(await together.std().item()).toBeGreaterThan(0.01);
    for (const b of [0, 1, 2]) {
      const alone = multiHeadAttention(x.narrow(0, b, 1), weights, 3);
      await expect(alone).toBeCloseToTensor(together.narrow(0, b, 1));
    }
  });

  it('shuffled tokens give equally shuffled outputs', async () => {
    const x = randn([2, 6, 4], { seed: seed(5) });
    const weights = randomWeights(4, 5);
    const order = permutation(6, { seed: seed(6) });
    const before = await multiHeadAttention(x, weights, 2);
    await expect(before).not.toBeCloseToTensor(x);
    expect(await before.std().item()).toBeGreaterThan(0.01);
    const after = multiHeadAttention(x.indexSelect(1, order), weights, 2);
    await expect(after).toBeCloseToTensor(before.indexSelect(1, order));
  });

  it('with a causal mask the future cannot be felt', async () => {
    const x = randn([1, 4, 6], { seed: seed(7) });
    const weights = randomWeights(6, 7);
    const causal = tensor([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => j <= i)));
    const before = await multiHeadAttention(x, weights, 2, causal);
    await expect(before).not.toBeCloseToTensor(x);
    expect(await before.std().item()).toBeGreaterThan(0.01);
    const past = x.narrow(1, 0, 3);
    const changed = cat([past, randn([1, 1, 6], { seed: seed(8) }).mul(20)], 1);
    const after = await multiHeadAttention(changed, weights, 2, causal);
    await expect(after.narrow(1, 0, 3)).toBeCloseToTensor(before.narrow(1, 0, 3));
    const short = causal.narrow(0, 0, 3).narrow(1, 0, 3);
    await expect(multiHeadAttention(past, weights, 2, short)).toBeCloseToTensor(
      before.narrow(1, 0, 3),
    );
  });

  it('a mask may differ for each sequence or each head', async () => {
    const x = randn([2, 3, 4], { seed: seed(9) });
    const weights = randomWeights(4, 9);
    const lengths = [2, 3]; // the first sequence is one token shorter
    const padding = tensor([[[[true, true, false]]], [[[true, true, true]]]]);
    const present = await layer(x, weights, 2, (b, _h, _i, j) => j < lengths[b]!);
    await expect(multiHeadAttention(x, weights, 2, padding)).toBeCloseToTensor(present);

    const sees = (h: number, i: number, j: number) => (h === 0 ? j <= i : j >= i);
    const each = [0, 1, 2];
    const perHead = tensor([0, 1].map((h) => each.map((i) => each.map((j) => sees(h, i, j)))));
    const split = await layer(x, weights, 2, (_b, h, i, j) => sees(h, i, j));
    await expect(multiHeadAttention(x, weights, 2, perHead)).toBeCloseToTensor(split);
  });

  it('long vectors give sharp attention and no NaN', async () => {
    // opposite tokens: each scores 40 000 or more with itself, as much below 0 with the other
    const x = tensor([
      [
        [200, 300, -200, 250],
        [-200, -300, 200, -250],
      ],
    ]);
    const weights = { ...randomWeights(4, 10), wq: eye(4), wk: eye(4) };
    const ownValues = x.matmul(weights.wv).matmul(weights.wo);
    await expect(multiHeadAttention(x, weights, 4)).toBeCloseToTensor(ownValues);
    await expect(multiHeadAttention(x, weights, 2)).toBeCloseToTensor(ownValues);

    const onlyTheOther = tensor([
      [false, true],
      [true, false],
    ]);
    const othersValues = ownValues.flip([1]);
    await expect(multiHeadAttention(x, weights, 2, onlyTheOther)).toBeCloseToTensor(othersValues);
  });
});
