import { seed } from '@lectern/grader/testing';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { projections } from '../../../exercises/attention/projections.ts';

type Matrix = number[][];

/** Rows of `x` times columns of `w`, in plain numbers. */
function product(x: Matrix, w: Matrix): Matrix {
  return x.map((row) =>
    w[0]!.map((_, column) => row.reduce((sum, value, i) => sum + value * w[i]![column]!, 0)),
  );
}

describe('projections', () => {
  it('each view comes from its own matrix', async () => {
    const x = randn([4, 4], { seed: seed(1) });
    const weights = [2, 3, 4].map((n) => randn([4, 4], { seed: seed(n) }));
    const { q, k, v } = await projections(x, weights[0]!, weights[1]!, weights[2]!);
    const rows = await x.array<Matrix>();
    for (const [i, view] of [q, k, v].entries()) {
      const w = await weights[i]!.array<Matrix>();
      await expect(view).toBeCloseToTensor(product(rows, w));
    }
  });

  it('a projection may narrow or widen a vector', async () => {
    const x = randn([5, 6], { seed: seed(5) });
    const wq = randn([6, 2], { seed: seed(6) });
    const wk = randn([6, 2], { seed: seed(7) });
    const wv = randn([6, 9], { seed: seed(8) });
    const { q, k, v } = await projections(x, wq, wk, wv);
    const rows = await x.array<Matrix>();
    await expect(q).toBeCloseToTensor(product(rows, await wq.array<Matrix>()));
    await expect(k).toBeCloseToTensor(product(rows, await wk.array<Matrix>()));
    await expect(v).toBeCloseToTensor(product(rows, await wv.array<Matrix>()));
  });

  it('any number of leading dimensions', async () => {
    const x = randn([2, 3, 4, 5], { seed: seed(9) });
    const wq = randn([5, 3], { seed: seed(10) });
    const wk = randn([5, 3], { seed: seed(11) });
    const wv = randn([5, 2], { seed: seed(12) });
    const { q, k, v } = await projections(x, wq, wk, wv);
    const batches = await x.array<Matrix[][]>();
    for (const [view, weight] of [
      [q, wq],
      [k, wk],
      [v, wv],
    ] as const) {
      const w = await weight.array<Matrix>();
      await expect(view).toBeCloseToTensor(batches.map((b) => b.map((rows) => product(rows, w))));
    }
  });

  it('the view of a sum is the sum of the views', async () => {
    const [a, b] = [randn([3, 4], { seed: seed(13) }), randn([3, 4], { seed: seed(14) })];
    const w = randn([4, 4], { seed: seed(15) });
    const [first, second] = [await projections(a, w, w, w), await projections(b, w, w, w)];
    const both = await projections(a.add(b), w, w, w);
    await expect(both.q).toBeCloseToTensor(first.q.add(second.q));
    await expect(both.k).toBeCloseToTensor(first.k.add(second.k));
    await expect(both.v).toBeCloseToTensor(first.v.add(second.v));
  });

  it('a token gets the same views alone as in company', async () => {
    const x = randn([4, 4], { seed: seed(16) });
    const w = randn([4, 4], { seed: seed(17) });
    const all = await projections(x, w, w, w);
    const alone = await projections(x.narrow(0, 2, 1), w, w, w); // the third token
    await expect(alone.q).toBeCloseToTensor(all.q.narrow(0, 2, 1));
    await expect(alone.k).toBeCloseToTensor(all.k.narrow(0, 2, 1));
    await expect(alone.v).toBeCloseToTensor(all.v.narrow(0, 2, 1));
  });
});
