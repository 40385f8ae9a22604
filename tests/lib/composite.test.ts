/**
 * What is composed of operations, against formulas in plain JavaScript and PyTorch's edge cases.
 */

import * as lib from '@lectern/lib';
import {
  cosineSimilarity,
  crossEntropy,
  ones,
  randn,
  type Tensor,
  tensor,
  zeros,
} from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose } from './support/compare.ts';

/** Softmax of a list, in double precision. */
function softmaxOf(xs: number[]): number[] {
  const exps = xs.map((x) => Math.exp(x - Math.max(...xs)));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((e) => e / sum);
}

const dotOf = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

forEachBackend('softmax and its relatives', () => {
  const rows = [
    [1, 2, 3],
    [0, 0, 0],
    [1000, 1001, 999],
    [-Infinity, 0, -Infinity],
  ];

  it('softmax along any dimension', async () => {
    await expectClose(tensor(rows).softmax(-1), rows.map(softmaxOf));
    await expectClose(tensor(rows).T.softmax(0), tensor(rows.map(softmaxOf)).T);
    await expectClose(lib.softmax(tensor([2, 2]), 0), [0.5, 0.5]);
    await expectClose(tensor([-Infinity, -Infinity]).softmax(0), [NaN, NaN]);
    await expectClose(
      tensor([
        [NaN, 1],
        [Infinity, 1],
      ]).softmax(1),
      [
        [NaN, NaN],
        [NaN, NaN],
      ],
    );
    await expectClose(tensor([1, 1], { dtype: 'int64' }).softmax(0), [0.5, 0.5]);
    await expectClose(randn([2, 3, 4], { seed: 1 }).softmax(1).sum(1), ones([2, 4]));
    expect(zeros([0, 3]).softmax(1).shape).toEqual([0, 3]);
  });

  it('logSoftmax does not underflow', async () => {
    await expectClose(tensor([[0, -1000]]).logSoftmax(1), [[0, -1000]]);
    await expectClose(tensor([1, 2, 3]).logSoftmax(0), softmaxOf([1, 2, 3]).map(Math.log));
  });

  it('crossEntropy takes class numbers or probabilities', async () => {
    const logits = tensor([
      [1, 2, 3],
      [0, 5, 0],
    ]);
    const expected = -(Math.log(softmaxOf([1, 2, 3])[2]!) + Math.log(softmaxOf([0, 5, 0])[0]!)) / 2;
    await expectClose(crossEntropy(logits, tensor([2, 0], { dtype: 'int64' })), expected);
    await expectClose(
      crossEntropy(
        logits,
        tensor([
          [0, 0, 1],
          [1, 0, 0],
        ]),
      ),
      expected,
    );
    const sequences = logits.reshape([1, 2, 3]);
    await expectClose(crossEntropy(sequences, tensor([[2, 0]], { dtype: 'int32' })), expected);
  });

  it('layerNorm', async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 4, 10],
    ]);
    const spread = [Math.sqrt(2 / 3 + 1e-5), Math.sqrt(8 + 1e-5)];
    const normal = [[-1, 0, 1].map((v) => v / spread[0]!), [-2, -2, 4].map((v) => v / spread[1]!)];
    await expectClose(x.layerNorm(), normal);
    const [weight, bias] = [tensor([1, 2, 3]), tensor([0.5, 0, -1])];
    await expectClose(
      lib.layerNorm(x, { weight, bias }),
      normal.map(([a, b, c]) => [a! + 0.5, 2 * b!, 3 * c! - 1]),
    );
  });

  it('cosineSimilarity', async () => {
    const [a, b] = [
      tensor([
        [3, 4],
        [1, 0],
        [0, 0],
      ]),
      tensor([
        [4, 3],
        [-2, 0],
        [1, 1],
      ]),
    ];
    await expectClose(cosineSimilarity(a, b, { dim: 1 }), [0.96, -1, 0]);
    await expectClose(cosineSimilarity(a.select(0, 0), b.select(0, 0)), 0.96);
  });
});

forEachBackend('attention', () => {
  const q = randn([2, 3, 4], { seed: 1 });
  const k = randn([2, 5, 4], { seed: 2 });
  const v = randn([2, 5, 6], { seed: 3 });

  /** softmax(q·kᵀ/√d)·v with loops; `allowed` says which key a query may see. */
  async function byHand(allowed: (query: number, key: number) => boolean): Promise<number[][][]> {
    const [qs, ks, vs] = (await Promise.all([q.array(), k.array(), v.array()])) as number[][][][];
    return qs!.map((queries, b) =>
      queries.map((query, i) => {
        const scores = ks![b]!.map((key, j) => (allowed(i, j) ? dotOf(query, key) / 2 : -Infinity));
        const weights = softmaxOf(scores);
        return vs![b]![0]!.map((_, e) =>
          dotOf(
            weights,
            vs![b]!.map((row) => row[e]!),
          ),
        );
      }),
    );
  }

  it('weighs values by the softmax of scaled scores', async () => {
    await expectClose(lib.scaledDotProductAttention(q, k, v), await byHand(() => true), 1e-4);
  });

  it('masks: causal, bool and additive', async () => {
    const causal = await byHand((i, j) => j <= i);
    const seen = ones([3, 5], { dtype: 'bool' }).tril();
    const added = zeros([3, 5]).maskedFill(seen.logicalNot(), -Infinity);
    for (const options of [{ isCausal: true }, { mask: seen }, { mask: added }]) {
      await expectClose(lib.scaledDotProductAttention(q, k, v, options), causal, 1e-4);
    }
  });

  it('nn.MultiHeadAttention is attention of each head side by side', async () => {
    const layer = new lib.nn.MultiHeadAttention(8, 2, { seed: 5 });
    const x = randn([1, 4, 8], { seed: 6 });
    const head = (projected: Tensor, h: number) => projected.narrow(2, 4 * h, 4);
    const parts = [0, 1].map((h) =>
      lib.scaledDotProductAttention(
        head(layer.query.forward(x), h),
        head(layer.key.forward(x), h),
        head(layer.value.forward(x), h),
        { isCausal: true },
      ),
    );
    const joined = lib.cat(parts, 2).matmul(layer.output.weight);
    await expectClose(layer.forward(x, { isCausal: true }), joined, 1e-4);
    expect(layer.parameters().map((p) => p.shape)).toEqual(Array(4).fill([8, 8]));
  });
});

forEachBackend('layers', () => {
  it('nn.Linear multiplies rows from the left', async () => {
    const layer = new lib.nn.Linear(3, 2, { seed: 1 });
    expect([layer.weight.shape, layer.bias!.shape]).toEqual([[3, 2], [2]]);
    const x = tensor([
      [
        [1, 0, 0],
        [0, 2, 0],
      ],
    ]);
    const [w, b] = [await layer.weight.array(), await layer.bias!.array()];
    await expectClose(layer.forward(x), [
      [
        [w[0][0] + b[0], w[0][1] + b[1]],
        [2 * w[1][0] + b[0], 2 * w[1][1] + b[1]],
      ],
    ]);
    expect(new lib.nn.Linear(3, 2, { bias: false, seed: 1 }).parameters()).toHaveLength(1);
    expect((await layer.weight.abs().max().item()) <= 1 / Math.sqrt(3)).toBe(true);
  });

  it('nn.Embedding and nn.LayerNorm', async () => {
    const layer = new lib.nn.Embedding(5, 2, { seed: 1 });
    const ids = tensor([[4, 0]], { dtype: 'int64' });
    const rows = await layer.weight.array();
    await expectClose(layer.forward(ids), [[rows[4], rows[0]]]);
    await expectClose(new lib.nn.LayerNorm(2).forward(tensor([[1, 3]])), [[-1, 1]], 1e-4);
  });

  it('own layers may keep lists of layers', async () => {
    class Stack extends lib.nn.Module {
      readonly layers = [1, 2].map((seed) => new lib.nn.Linear(2, 2, { bias: false, seed }));
      override forward(x: Tensor): Tensor {
        return this.layers.reduce((y, layer) => layer.forward(y), x);
      }
    }
    const model = new Stack();
    expect(model.parameters()).toHaveLength(2);
    const doubled = model.withParameters(model.parameters().map((p) => p.mul(2)));
    const x = tensor([[1, -1]]);
    await expectClose(doubled.forward(x), model.forward(x).mul(4));
  });

  it('withParameters gives the same layer with other numbers', async () => {
    const layer = new lib.nn.MultiHeadAttention(4, 2, { seed: 1 });
    const zeroed = layer.withParameters(layer.parameters().map((p) => zeros(p.shape)));
    const x = randn([1, 2, 4], { seed: 2 });
    await expectClose(zeroed.forward(x), zeros([1, 2, 4]));
    expect(await layer.forward(x).abs().max().item()).toBeGreaterThan(0);
    expect(() => layer.withParameters([x])).toThrow('4 parameters');
    const narrow: Tensor[] = layer.parameters().toSpliced(0, 1);
    narrow.unshift(zeros([2, 2]));
    expect(() => layer.withParameters(narrow)).toThrow('weight has shape [4, 4], got [2, 2]');
  });
});
