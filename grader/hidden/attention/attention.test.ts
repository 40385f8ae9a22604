import { seed } from '@lectern/grader/testing';
import { cat, permutation, rand, randn, type Tensor, tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { attention } from '../../../exercises/attention/attention.ts';

type Matrix = number[][];

/** Formula 2.1 for one head, in plain (64-bit) numbers; `sees(i, j)` says what is allowed. */
function attend(q: Matrix, k: Matrix, v: Matrix, sees = (_i: number, _j: number) => true): Matrix {
  return q.map((query, i) => {
    const parts = k.map((key, j) => {
      const dot = query.reduce((sum, x, n) => sum + x * key[n]!, 0);
      return sees(i, j) ? Math.exp(dot / Math.sqrt(query.length)) : 0;
    });
    const whole = parts.reduce((a, b) => a + b);
    return v[0]!.map((_, n) => parts.reduce((sum, part, j) => sum + part * v[j]![n]!, 0) / whole);
  });
}

async function heads(t: Tensor): Promise<Matrix[][]> {
  return await t.array<Matrix[][]>(); // [batch, heads, tokens, features]
}

describe('attention', () => {
  it('follows softmax(QKᵀ/√d)·V in every batch and head', async () => {
    const q = randn([2, 3, 4, 5], { seed: seed(1) });
    const k = randn([2, 3, 4, 5], { seed: seed(2) });
    const v = randn([2, 3, 4, 5], { seed: seed(3) });
    const [qs, ks, vs] = [await heads(q), await heads(k), await heads(v)];
    const expected = qs.map((b, i) => b.map((rows, h) => attend(rows, ks[i]![h]!, vs[i]![h]!)));
    await expect(attention(q, k, v)).toBeCloseToTensor(expected);
  });

  it('values may be wider than keys', async () => {
    const q = randn([3, 4], { seed: seed(4) });
    const k = randn([6, 4], { seed: seed(5) });
    const v = randn([6, 9], { seed: seed(6) });
    const [qs, ks, vs] = [
      await q.array<Matrix>(),
      await k.array<Matrix>(),
      await v.array<Matrix>(),
    ];
    const expected = attend(qs, ks, vs);
    await expect(attention(q, k, v)).toBeCloseToTensor(expected);
  });

  it('every output lies between the smallest and the largest value', async () => {
    const q = randn([7, 3], { seed: seed(7) }).mul(2);
    const k = randn([5, 3], { seed: seed(8) }).mul(2);
    const v = rand([5, 2], { seed: seed(9) }).add(10); // between 10 and 11
    const out = await attention(q, k, v);
    expect(out.shape).toEqual([7, 2]);
    expect(await out.min().item()).toBeGreaterThan(9.999);
    expect(await out.max().item()).toBeLessThan(11.001);
  });

  it('keys and values shuffled together give the same outputs', async () => {
    const q = randn([2, 5, 4], { seed: seed(10) });
    const k = randn([2, 5, 4], { seed: seed(11) });
    const v = randn([2, 5, 4], { seed: seed(12) });
    const order = permutation(5, { seed: seed(13) });
    const before = await attention(q, k, v);
    expect(before.shape).toEqual([2, 5, 4]);
    await expect(before).not.toBeCloseToTensor(q);
    expect(await before.std().item()).toBeGreaterThan(0.01);
    const after = attention(q, k.indexSelect(1, order), v.indexSelect(1, order));
    await expect(after).toBeCloseToTensor(before);
  });

  it('a masked key might as well not be there', async () => {
    const q = randn([3, 4], { seed: seed(14) });
    const k = randn([4, 4], { seed: seed(15) });
    const v = randn([4, 2], { seed: seed(16) });
    const loud = randn([1, 4], { seed: seed(17) }).mul(50); // a key that scores high or low
    const mask = tensor([[true, true, true, true, false]]);
    const without = await attention(q, k, v);
    const masked = attention(q, cat([k, loud], 0), cat([v, tensor([[1000, -1000]])], 0), mask);
    await expect(masked).toBeCloseToTensor(without);

    // the only key that may be seen scores -20 000, the masked one 0
    const keys = tensor([[-100], [0]]);
    const seen = attention(tensor([[200]]), keys, tensor([[3], [7]]), tensor([[true, false]]));
    await expect(seen).toBeCloseToTensor([[3]]);
  });

  it('one mask serves every batch and head', async () => {
    const q = randn([2, 2, 3, 4], { seed: seed(18) });
    const k = randn([2, 2, 3, 4], { seed: seed(19) });
    const v = randn([2, 2, 3, 4], { seed: seed(20) });
    const [qs, ks, vs] = [await heads(q), await heads(k), await heads(v)];
    const expected = (sees: (b: number, i: number, j: number) => boolean) =>
      qs.map((rows, b) =>
        rows.map((_, h) => attend(qs[b]![h]!, ks[b]![h]!, vs[b]![h]!, (i, j) => sees(b, i, j))),
      );

    const causal = tensor([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
    const past = expected((_b, i, j) => j <= i);
    await expect(attention(q, k, v, causal)).toBeCloseToTensor(past);

    const lengths = [2, 3]; // the first sequence of the batch has only two tokens
    const padding = tensor([[[[true, true, false]]], [[[true, true, true]]]]);
    const present = expected((b, _i, j) => j < lengths[b]!);
    await expect(attention(q, k, v, padding)).toBeCloseToTensor(present);
  });

  it('a query that may see nothing gets zeros', async () => {
    const q = randn([2, 4], { seed: seed(21) });
    const k = randn([3, 4], { seed: seed(22) });
    const v = randn([3, 2], { seed: seed(23) });
    const mask = tensor([
      [false, false, false],
      [true, true, true],
    ]);
    const [first, second] = [q.narrow(0, 0, 1), q.narrow(0, 1, 1)];
    const seen = await attention(second, k, v);
    await expect(attention(cat([first, second], 0), k, v, mask)).toBeCloseToTensor([
      [0, 0],
      ...(await seen.array<Matrix>()),
    ]);
  });

  it('scores in the thousands pick one value and give no NaN', async () => {
    const q = tensor([[200], [-200]]);
    const k = tensor([[101], [100], [-99]]);
    const v = randn([3, 4], { seed: seed(24) });
    const [best, , last] = await v.array<Matrix>();
    await expect(attention(q, k, v)).toBeCloseToTensor([best!, last!]);
  });
});
