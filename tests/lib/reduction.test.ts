/** Sums, extremes and products of matrices, against values by hand, on every back end. */

import { arange, ones, stack, tensor, zeros } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose } from './support/compare.ts';

const cube = arange(24).reshape([2, 3, 4]); // 0 … 23

forEachBackend('reduction', () => {
  const x = tensor([
    [3, -1, 2],
    [0, 5, 4],
  ]);

  it('sums, products, means', async () => {
    await expectClose(x.sum(), 13);
    await expectClose(x.sum(0), [3, 4, 6]);
    await expectClose(x.sum(-1, { keepdim: true }), [[4], [9]]);
    await expectClose(cube.sum([0, 2]), [60, 92, 124]);
    await expectClose(x.prod(1), [-6, 0]);
    await expectClose(x.mean(0), [1.5, 2, 3]);
    await expectClose(x.mean(), 13 / 6);
    await expectClose(tensor(5).sum(), 5);
    await expectClose(zeros([0, 2]).sum(0), [0, 0]);
    await expectClose(zeros([0]).prod(), 1);
    await expectClose(zeros([0]).mean(), NaN);
    await expectClose(tensor([1, NaN, Infinity]).sum(), NaN);
    expect(x.gt(1).sum().dtype).toBe('int64');
    await expectClose(x.gt(1).sum(1), [2, 2]);
    await expectClose(tensor([2, 3], { dtype: 'int32' }).prod(), 6);
  });

  it('largest and smallest', async () => {
    await expectClose(x.max(), 5);
    await expectClose(x.max(0), [3, 5, 4]);
    await expectClose(x.min(1, { keepdim: true }), [[-1], [0]]);
    await expectClose(x.argmax(), 4);
    await expectClose(x.argmax(1), [0, 1]);
    await expectClose(x.argmin(1, { keepdim: true }), [[1], [0]]);
    await expectClose(tensor([2, 7, 7]).argmax(), 1);
    await expectClose(
      tensor([
        [1, NaN],
        [2, 3],
      ]).max(1),
      [NaN, 3],
    );
    await expectClose(
      tensor([
        [1, NaN, 5],
        [-Infinity, -Infinity, -Infinity],
      ]).max(1),
      [NaN, -Infinity],
    );
    await expectClose(tensor([NaN, 2]).min(), NaN);
    await expectClose(tensor([1, NaN, 3, NaN]).argmax(), 1);
    await expectClose(cube.max([0, 1]), [20, 21, 22, 23]);
    await expectClose(arange(5).max(), 4);
    await expectClose(arange(5).cast('int32').min(), 0);
    await expectClose(arange(5).argmin(), 0);
    expect(x.argmax().dtype).toBe('int64');
  });

  it('variance, deviation, norm', async () => {
    await expectClose(x.var(1), [13 / 3, 7]);
    await expectClose(x.var(1, { correction: 0 }), [26 / 9, 14 / 3]);
    await expectClose(x.std(), Math.sqrt(161 / 30));
    await expectClose(tensor([5]).var(), NaN);
    await expectClose(
      tensor([
        [3, 4],
        [0, 0],
      ]).norm(1),
      [5, 0],
    );
    await expectClose(
      tensor([
        [3, 4],
        [0, 0],
      ]).norm(),
      5,
    );
  });

  it('logsumexp and cumsum', async () => {
    await expectClose(
      tensor([
        [0, 0],
        [1000, 1000],
      ]).logsumexp(1),
      [Math.log(2), 1000 + Math.log(2)],
    );
    await expectClose(
      tensor([
        [-Infinity, -Infinity],
        [Infinity, 1],
      ]).logsumexp(1),
      [-Infinity, Infinity],
    );
    await expectClose(x.cumsum(1), [
      [3, 2, 4],
      [0, 5, 9],
    ]);
    await expectClose(x.cumsum(0), [
      [3, -1, 2],
      [3, 4, 6],
    ]);
    await expectClose(cube.cumsum(1).select(0, 0), [
      [0, 1, 2, 3],
      [4, 6, 8, 10],
      [12, 15, 18, 21],
    ]);
  });
});

forEachBackend('matmul', () => {
  it('matrices, vectors, batches', async () => {
    const [a, b] = [
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([
        [5, 6],
        [7, 8],
      ]),
    ];
    await expectClose(a.matmul(b), [
      [19, 22],
      [43, 50],
    ]);
    await expectClose(a.matmul(tensor([1, 1])), [3, 7]);
    await expectClose(tensor([1, 1]).matmul(a), [4, 6]);
    await expectClose(tensor([1, 2]).matmul(tensor([3, 4])), 11);
    await expectClose(tensor([1, 2]).dot(tensor([3, 4])), 11);
    // 2 sentences of 3 words of 4 numbers
    const batched = cube.cast('float32').matmul(ones([4, 2]));
    await expectClose(batched, [
      [
        [6, 6],
        [22, 22],
        [38, 38],
      ],
      [
        [54, 54],
        [70, 70],
        [86, 86],
      ],
    ]);
    const both = stack([a, b]).matmul(stack([b, a]));
    await expectClose(both, [
      [
        [19, 22],
        [43, 50],
      ],
      [
        [23, 34],
        [31, 46],
      ],
    ]);
    const spread = stack([a, b])
      .unsqueeze(1)
      .matmul(stack([a, b])); // [2, 1, 2, 2] · [2, 2, 2]
    expect(spread.shape).toEqual([2, 2, 2, 2]);
    await expectClose(spread.select(0, 0).select(0, 1), [
      [19, 22],
      [43, 50],
    ]);
    await expectClose(tensor([[1, 2]], { dtype: 'int64' }).matmul(arange(2).reshape([2, 1])), [
      [2],
    ]);
    expect(zeros([2, 0]).matmul(zeros([0, 3])).shape).toEqual([2, 3]);
    await expectClose(zeros([2, 0]).matmul(zeros([0, 3])), zeros([2, 3]));
    expect(zeros([0, 2]).matmul(a).shape).toEqual([0, 2]);
  });
});
