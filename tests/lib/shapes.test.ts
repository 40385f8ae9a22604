/** Making, moving and looking up elements, on every back end. */

import * as lib from '@lectern/lib';
import { arange, cat, eye, full, linspace, ones, stack, tensor, zeros } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose } from './support/compare.ts';

forEachBackend('creation', () => {
  it('makes tensors from numbers, lists and typed arrays', async () => {
    expect(await tensor(3).array()).toBe(3);
    expect(
      await tensor([
        [1, 2],
        [3, 4],
      ]).array(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await tensor([[], []]).array()).toEqual([[], []]);
    expect(tensor(new Int32Array(4), { shape: [2, 2] })).toMatchObject({
      shape: [2, 2],
      dtype: 'int32',
    });
    expect(tensor(new BigInt64Array([1n])).dtype).toBe('int64');
    expect(tensor([true]).dtype).toBe('bool');
    expect(await tensor([1, 0], { dtype: 'bool' }).array()).toEqual([true, false]);
    expect(await tensor([1.9], { dtype: 'int32' }).array()).toEqual([1]);
  });

  it('gives data in the type of the elements, as a copy', async () => {
    const x = tensor([1, 2]);
    const data = await x.data();
    data[0] = 5;
    expect(await x.array()).toEqual([1, 2]);
    expect(await tensor([1, 2]).exp().mul(0).data()).toEqual(new Float32Array(2));
    expect(await arange(2).add(1).data()).toEqual(new BigInt64Array([1n, 2n]));
    expect(await tensor([1, 2]).gt(1).data()).toEqual(new Uint8Array([0, 1]));
  });

  it('fills and counts', async () => {
    await expectClose(zeros([2, 1]), [[0], [0]]);
    await expectClose(ones([2], { dtype: 'int64' }), [1, 1]);
    await expectClose(full([2], true), [true, true]);
    await expectClose(full([], 7), 7);
    await expectClose(eye(2), [
      [1, 0],
      [0, 1],
    ]);
    await expectClose(linspace(0, 1, 5), [0, 0.25, 0.5, 0.75, 1]);
    await expectClose(linspace(3, 9, 1), [3]);
    await expectClose(arange(3), [0, 1, 2]);
    await expectClose(arange(1, 2, 0.25), [1, 1.25, 1.5, 1.75]);
    await expectClose(arange(3, 0, -1), [3, 2, 1]);
    expect(arange(3).dtype).toBe('int64');
    expect(arange(0, 1, 0.5).dtype).toBe('float32');
    expect(await lib.oneHot(tensor([2, 0], { dtype: 'int64' }), 3).array()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });
});

const cube = arange(24).reshape([2, 3, 4]); // 0 … 23

forEachBackend('movement', () => {
  it('reshape, flatten, squeeze, unsqueeze', async () => {
    expect(cube.reshape([-1, 6]).shape).toEqual([4, 6]);
    expect(cube.flatten().shape).toEqual([24]);
    expect(cube.flatten(1).shape).toEqual([2, 12]);
    expect(cube.flatten(0, 1).shape).toEqual([6, 4]);
    expect(tensor(1).flatten().shape).toEqual([1]);
    expect(zeros([1, 2, 1]).squeeze().shape).toEqual([2]);
    expect(zeros([1, 2, 1]).squeeze(-1).shape).toEqual([1, 2]);
    expect(zeros([1, 2, 1]).squeeze(1).shape).toEqual([1, 2, 1]);
    expect(zeros([2, 3]).unsqueeze(-1).shape).toEqual([2, 3, 1]);
    expect(zeros([2, 3]).unsqueeze(0).shape).toEqual([1, 2, 3]);
    expect(zeros([0, 3]).reshape([3, 0]).shape).toEqual([3, 0]);
    await expectClose(cube.reshape([4, 6]).select(0, 1), [6, 7, 8, 9, 10, 11]);
  });

  it('permute, transpose, T', async () => {
    await expectClose(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).T,
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    );
    const turned = cube.permute([2, 0, 1]);
    expect(turned.shape).toEqual([4, 2, 3]);
    await expectClose(turned.select(0, 1), [
      [1, 5, 9],
      [13, 17, 21],
    ]);
    await expectClose(cube.transpose(0, -1).select(0, 3), [
      [3, 15],
      [7, 19],
      [11, 23],
    ]);
    await expectClose(cube.gt(20).transpose(0, 2).select(0, 3), [
      [false, false],
      [false, false],
      [false, true],
    ]);
  });

  it('expand', async () => {
    await expectClose(tensor([[1], [2]]).expand([2, 3]), [
      [1, 1, 1],
      [2, 2, 2],
    ]);
    await expectClose(tensor([1, 2]).expand([2, -1]), [
      [1, 2],
      [1, 2],
    ]);
    await expectClose(tensor(true).expand([2]), [true, true]);
    expect(zeros([1]).expand([0]).shape).toEqual([0]);
  });

  it('cat and stack', async () => {
    const [a, b] = [
      tensor([[1, 2]]),
      tensor([
        [3, 4],
        [5, 6],
      ]),
    ];
    await expectClose(cat([a, b]), [
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    await expectClose(cat([b, b], 1), [
      [3, 4, 3, 4],
      [5, 6, 5, 6],
    ]);
    await expectClose(cat([zeros([0, 2]), a]), [[1, 2]]);
    await expectClose(stack([tensor([1, 2]), tensor([3, 4])]), [
      [1, 2],
      [3, 4],
    ]);
    await expectClose(stack([tensor([1, 2]), tensor([3, 4])], -1), [
      [1, 3],
      [2, 4],
    ]);
    await expectClose(cat([a, tensor([[true, false]])]), [
      [1, 2],
      [1, 0],
    ]);
  });

  it('split, chunk, narrow, select', async () => {
    expect(cube.split(3, 2).map((x) => x.shape)).toEqual([
      [2, 3, 3],
      [2, 3, 1],
    ]);
    expect(cube.split([1, 2], 1).map((x) => x.shape)).toEqual([
      [2, 1, 4],
      [2, 2, 4],
    ]);
    expect(
      arange(7)
        .chunk(3)
        .map((x) => x.shape),
    ).toEqual([[3], [3], [1]]);
    await expectClose(cube.split([1, 2], 1)[1]!.select(0, 0), [
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    await expectClose(cube.narrow(2, 1, 2).select(0, 1), [
      [13, 14],
      [17, 18],
      [21, 22],
    ]);
    await expectClose(arange(5).narrow(0, -2, 2), [3, 4]);
    await expectClose(arange(5).select(0, -1), 4);
    expect(arange(5).narrow(0, 5, 0).shape).toEqual([0]);
  });

  it('flip, tril, triu', async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    await expectClose(x.flip([0]), [
      [7, 8, 9],
      [4, 5, 6],
      [1, 2, 3],
    ]);
    await expectClose(x.flip([0, 1]).flip(-1), [
      [7, 8, 9],
      [4, 5, 6],
      [1, 2, 3],
    ]);
    await expectClose(x.tril(), [
      [1, 0, 0],
      [4, 5, 0],
      [7, 8, 9],
    ]);
    await expectClose(x.tril(1), [
      [1, 2, 0],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    await expectClose(x.triu(), [
      [1, 2, 3],
      [0, 5, 6],
      [0, 0, 9],
    ]);
    await expectClose(x.triu(-1), [
      [1, 2, 3],
      [4, 5, 6],
      [0, 8, 9],
    ]);
    await expectClose(ones([2, 3], { dtype: 'bool' }).tril(), [
      [true, false, false],
      [true, true, false],
    ]);
  });
});

const ids = (values: number[] | number[][]) => tensor(values, { dtype: 'int64' });

forEachBackend('indexing', () => {
  it('gather, indexSelect, embedding', async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    await expectClose(
      x.gather(
        1,
        ids([
          [2, 0],
          [1, 1],
        ]),
      ),
      [
        [3, 1],
        [5, 5],
      ],
    );
    await expectClose(x.gather(0, ids([[1, 0, 1]])), [[4, 2, 6]]);
    await expectClose(x.indexSelect(1, ids([2, 2, 0])), [
      [3, 3, 1],
      [6, 6, 4],
    ]);
    await expectClose(x.indexSelect(0, tensor([1], { dtype: 'int32' })), [[4, 5, 6]]);
    await expectClose(
      lib.embedding(
        x,
        ids([
          [1, 0],
          [0, 0],
        ]),
      ),
      [
        [
          [4, 5, 6],
          [1, 2, 3],
        ],
        [
          [1, 2, 3],
          [1, 2, 3],
        ],
      ],
    );
    expect(x.indexSelect(0, ids([])).shape).toEqual([0, 3]);
  });

  it('an index that is computed and lies outside is told when computing', async () => {
    const late = tensor([[1, 2]]).indexSelect(1, ids([1]).add(4));
    await expect(late.data()).rejects.toThrow('index 5 is outside dimension 1 of [1, 2]');
  });
});
