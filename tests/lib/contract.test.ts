/** Every operation, against values written down by hand or worked out in plain JavaScript, on every back end. */

import * as lib from '@lectern/lib';
import {
  arange,
  cat,
  type DType,
  eye,
  full,
  linspace,
  ones,
  stack,
  type Tensor,
  tensor,
  where,
  zeros,
} from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose } from './support/compare.ts';

const odd = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 1e30, 1e-30];

/** PyTorch's and C's rules where JavaScript's differ. */
const power = (a: number, b: number) =>
  a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;

const unary: Record<string, (x: number) => number> = {
  neg: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
};

const binary: Record<string, (a: number, b: number) => number | boolean> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: power,
  maximum: Math.max,
  minimum: Math.min,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  logicalAnd: (a, b) => a !== 0 && b !== 0,
  logicalOr: (a, b) => a !== 0 || b !== 0,
};

const call = (x: Tensor, method: string, ...args: unknown[]): Tensor =>
  (x as unknown as Record<string, (...args: unknown[]) => Tensor>)[method]!(...args);

const f32 = Math.fround;

forEachBackend('elementwise', () => {
  it.each(Object.keys(unary))('%s, with NaN and infinities', async (name) => {
    const expected = odd.map((x) => f32(unary[name]!(f32(x))));
    await expectClose(call(tensor(odd), name), expected);
    await expectClose(call(tensor(2), name), f32(unary[name]!(2)));
    await expectClose(call(zeros([0, 3]), name), zeros([0, 3]));
  });

  it.each(['sin', 'cos', 'erf', 'gelu'])('%s', async (name) => {
    const known: Record<string, number[]> = {
      sin: [0, 0.841471, -0.9092974, 0.14112],
      cos: [1, 0.5403023, -0.4161468, -0.9899925],
      erf: [0, 0.8427008, -0.9953223, 0.9999779],
      gelu: [0, 0.8413447, -0.0455003, 2.9959503],
    };
    await expectClose(call(tensor([0, 1, -2, 3]), name), known[name]!);
  });

  it.each(Object.keys(binary))('%s, every pair of odd values', async (name) => {
    const f = binary[name]!;
    const column = tensor(odd).reshape([odd.length, 1]);
    const expected = odd.map((a) => odd.map((b) => f(f32(a), f32(b))));
    const rounded = expected.map((row) => row.map((x) => (typeof x === 'number' ? f32(x) : x)));
    await expectClose(call(column, name, tensor(odd)), rounded, 1e-4);
  });

  it.each(Object.keys(binary))('%s broadcasts', async (name) => {
    const f = binary[name]!;
    const shapes: [number[], number[], number[]][] = [
      [[], [], []],
      [[3], [], [3]],
      [[2, 3], [3], [2, 3]],
      [
        [2, 1],
        [1, 3],
        [2, 3],
      ],
      [
        [2, 1, 3],
        [4, 1],
        [2, 4, 3],
      ],
      [[1], [0], [0]],
      [
        [2, 0],
        [1, 1],
        [2, 0],
      ],
    ];
    for (const [a, b, result] of shapes) {
      const y = call(full(a, 3), name, full(b, 2));
      expect(y.shape).toEqual(result);
      await expectClose(y, full(result, Number(f(3, 2)), { dtype: y.dtype }));
    }
  });

  it('numbers take the type of the tensor where they fit it', async () => {
    const types: [DType, number, DType][] = [
      ['float32', 2, 'float32'],
      ['int32', 2, 'int32'],
      ['int64', 2, 'int64'],
      ['bool', 2, 'int64'],
      ['int32', 0.5, 'float32'],
    ];
    for (const [dtype, number, result] of types) {
      const y = tensor([1, 0], { dtype }).add(number);
      expect(y.dtype).toBe(result);
      await expectClose(y, [1 + number, number]);
    }
    expect(tensor([1], { dtype: 'int32' }).mul(tensor([1], { dtype: 'int64' })).dtype).toBe(
      'int64',
    );
    expect(tensor([4], { dtype: 'int32' }).div(2).dtype).toBe('float32');
  });

  it.each(['int32', 'int64'] as const)('arithmetic and comparisons of %s', async (dtype) => {
    const [a, b] = [tensor([7, -3, 2], { dtype }), tensor([2, 5, 2], { dtype })];
    await expectClose(a.add(b), [9, 2, 4]);
    await expectClose(a.sub(b), [5, -8, 0]);
    await expectClose(a.mul(b), [14, -15, 4]);
    await expectClose(a.div(b), [3.5, -0.6, 1]);
    await expectClose(b.pow(2), [4, 25, 4]);
    await expectClose(a.maximum(b), [7, 5, 2]);
    await expectClose(a.minimum(b), [2, -3, 2]);
    await expectClose(a.neg().abs(), [7, 3, 2]);
    await expectClose(a.eq(b), [false, false, true]);
    await expectClose(a.lt(b), [false, true, false]);
    await expectClose(a.ge(b), [true, false, true]);
    await expectClose(a.clamp(0, 5), [5, 0, 2]);
    await expectClose(where(tensor([true, false, true]), a, b), [7, 5, 2]);
  });

  it('logic on bools', async () => {
    const [a, b] = [tensor([true, true, false]), tensor([true, false, false])];
    await expectClose(a.logicalAnd(b), [true, false, false]);
    await expectClose(a.logicalOr(b), [true, true, false]);
    await expectClose(a.logicalNot(), [false, false, true]);
    await expectClose(a.eq(b), [true, false, true]);
    await expectClose(a.ge(b), [true, true, true]);
    await expectClose(where(a, b, true), [true, false, true]);
    expect(a.add(b).dtype).toBe('int64');
    await expectClose(a.add(b), [2, 1, 0]);
  });

  it.each(['float32', 'int32', 'int64', 'bool'] as const)('casts to %s', async (dtype) => {
    const expected = {
      float32: [0, 1.5, -2.75],
      int32: [0, 1, -2],
      int64: [0, 1, -2],
      bool: [false, true, true],
    }[dtype];
    const y = tensor([0, 1.5, -2.75]).cast(dtype);
    expect(y.dtype).toBe(dtype);
    expect(await y.array()).toEqual(expected);
    expect(await y.cast('int64').cast('float32').array()).toEqual(
      expected.map(Number).map(Math.trunc),
    );
  });

  it('where, clamp and maskedFill', async () => {
    const x = tensor([
      [1, -2],
      [NaN, 4],
    ]);
    await expectClose(x.clamp(-1, 3), [
      [1, -1],
      [NaN, 3],
    ]);
    await expectClose(x.clamp(0), [
      [1, 0],
      [NaN, 4],
    ]);
    await expectClose(x.clamp(undefined, 0), [
      [0, -2],
      [NaN, 0],
    ]);
    await expectClose(x.maskedFill(tensor([true, false]), -Infinity), [
      [-Infinity, -2],
      [-Infinity, 4],
    ]);
    await expectClose(where(tensor([[true], [false]]), x, 0), [
      [1, -2],
      [0, 0],
    ]);
    await expectClose(where(x.gt(0), 1, -1), [
      [1, -1],
      [-1, 1],
    ]);
  });
});

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
    const batched = cube.cast('float32').matmul(ones([4, 2])); // 2 sentences of 3 words of 4 numbers
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
