/** Mistakes are told where they are made, with the operation, the shapes and what would fit. */

import * as lib from '@lectern/lib';
import {
  arange,
  cat,
  DTypeError,
  grad,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';

const [a, b] = [zeros([2, 3]), zeros([4, 5])];

const bytes = tensor([1, 2], { dtype: 'uint8' });
const batch = (heads: number) => zeros([heads, 2, 5]);
const randint = (low: number, high: number, dtype: lib.DType) =>
  lib.randint(low, high, [2], { seed: 1, dtype });
const addHalf = () => arange(3).indexAdd(0, arange(1), arange(1), { alpha: 0.5 });

/** What goes wrong, which error, and what its message must say. */
type ErrorClass = abstract new (...args: never[]) => Error;

const mistakes: [string, () => unknown, ErrorClass, RegExp][] = [
  ['add', () => a.add(b), ShapeError, /add: shapes \[2, 3\] and \[4, 5\].*-1 is 3 .* 5/],
  ['matmul', () => a.matmul(b), ShapeError, /matmul: \[2, 3\] · \[4, 5\].*3, must equal.*4/],
  [
    'matmul of a scalar',
    () => tensor(1).matmul(a),
    ShapeError,
    /matmul: needs vectors.*\[\] and \[2, 3\]/,
  ],
  [
    'matmul of batches',
    () => zeros([2, 3, 4]).matmul(zeros([3, 4, 5])),
    ShapeError,
    /matmul.*\[2\] and \[3\]/,
  ],
  [
    'reshape',
    () => a.reshape([4, 2]),
    ShapeError,
    /reshape: \[2, 3\] has 6 .*\[4, 2\] would have 8/,
  ],
  ['reshape with −1', () => a.reshape([4, -1]), ShapeError, /reshape: \[2, 3\] has 6 .*\[4, -1\]/],
  ['reshape with two −1', () => a.reshape([-1, -1]), ShapeError, /size that is not 0, 1/],
  [
    'transpose',
    () => a.transpose(0, 2),
    ShapeError,
    /transpose: shape \[2, 3\] has no dimension 2.*-2 to 1/,
  ],
  ['T', () => zeros([2, 3, 4]).T, ShapeError, /T: needs two dimensions, got \[2, 3, 4\]/],
  [
    'permute',
    () => a.permute([0]),
    ShapeError,
    /permute: \[2, 3\] has 2 dimensions, \[0\] names 1/,
  ],
  ['permute twice', () => a.permute([0, 0]), ShapeError, /permute: dimensions \[0, 0\].*repeat/],
  ['expand', () => a.expand([4, 3]), ShapeError, /expand: \[2, 3\] does not repeat to \[4, 3\]/],
  ['cat', () => cat([a, b]), ShapeError, /cat: shapes \[2, 3\] and \[4, 5\] differ/],
  ['cat of nothing', () => cat([]), ShapeError, /at least one/],
  ['stack', () => lib.stack([a, b]), ShapeError, /stack: shapes \[2, 3\] and \[4, 5\] differ/],
  ['split', () => a.split([1, 3], 1), ShapeError, /split: sizes \[1, 3\] add up to 4.*is 3/],
  ['narrow', () => a.narrow(1, 2, 2), ShapeError, /narrow: 2 places from 2 .*\[2, 3\].*size is 3/],
  ['select', () => a.select(0, 2), ShapeError, /select: index 2 .*\[2, 3\], whose size is 2/],
  ['sum', () => a.sum(2), ShapeError, /sum: shape \[2, 3\] has no dimension 2/],
  [
    'softmax',
    () => tensor(1).softmax(1),
    ShapeError,
    /softmax: .* no dimension 1; it may be -1 to 0/,
  ],
  ['select', () => tensor(1).select(0, 0), ShapeError, /no dimension 0; a scalar has none/],
  ['max of nothing', () => zeros([0, 2]).max(0), ShapeError, /max: \[0, 2\] has nothing/],
  ['dot', () => a.dot(b), ShapeError, /dot: .*\[2, 3\] and \[4, 5\]/],
  [
    'gather',
    () => a.gather(1, b.cast('int64')),
    ShapeError,
    /gather: indices \[4, 5\] do not fit \[2, 3\]/,
  ],
  [
    'index',
    () => a.indexSelect(0, arange(3)),
    ShapeError,
    /index 2 is outside dimension 0 of \[2, 3\].*0 to 1/,
  ],
  [
    'index type',
    () => a.indexSelect(0, tensor([1])),
    DTypeError,
    /indices must be int32 or int64, got float32/,
  ],
  [
    'embedding',
    () => lib.embedding(a, tensor([1])),
    DTypeError,
    /embedding: ids must be int32 or int64/,
  ],
  [
    'crossEntropy',
    () => lib.crossEntropy(a, arange(3)),
    ShapeError,
    /logits \[2, 3\] need targets \[2\], got \[3\]/,
  ],
  [
    'attention',
    () => lib.scaledDotProductAttention(a, b, b),
    ShapeError,
    /got \[2, 3\], \[4, 5\], \[4, 5\]/,
  ],
  [
    'ragged lists',
    () => tensor([[1, 2], [3]]),
    ShapeError,
    /ragged: entry 0 has shape \[2\], entry 1 \[1\]/,
  ],
  [
    'values that do not fill',
    () => tensor([1, 2, 3], { shape: [2, 2] }),
    ShapeError,
    /3 values.*\[2, 2\]/,
  ],
  [
    'a list with a hole',
    () => tensor(new Array(3) as never),
    DTypeError,
    /needs numbers, got undefined/,
  ],
  ['no list', () => tensor(new DataView(new ArrayBuffer(8)) as never), DTypeError, /got object/],
  [
    'a type unknown',
    () => tensor([1], { dtype: 'float64' as never }),
    DTypeError,
    /no type 'float64'/,
  ],
  [
    'zeros of an unknown type',
    () => zeros([1], { dtype: 'int' as never }),
    DTypeError,
    /zeros: no type/,
  ],
  [
    'full of text',
    () => lib.full([2], '3' as never),
    DTypeError,
    /full: needs a number or a boolean/,
  ],
  [
    'unsigned numbers too large',
    () => tensor(new BigUint64Array([2n ** 63n]) as never, { dtype: 'int64' }),
    DTypeError,
    /922337203685477\d+ does not fit int64/,
  ],
  ['text', () => tensor(['a'] as never), DTypeError, /needs numbers, got string/],
  ['a list', () => a.add([1] as never), DTypeError, /add: .*a list \(make it a tensor/],
  ['a promise', () => a.matmul(a.realize() as never), DTypeError, /a promise \(await it first\)/],
  ['nothing', () => a.mul(undefined as never), DTypeError, /mul: .*undefined/],
  ['mean of integers', () => arange(3).mean(), DTypeError, /mean: needs float32, got int64/],
  ['no such type', () => a.cast('float64' as never), DTypeError, /no type 'float64'/],
  ['no seed', () => lib.randn([2], {} as never), Error, /randn: random numbers need a seed/],
  ['randint', () => lib.randint(3, 3, [1], { seed: 1 }), Error, /no whole number from 3/],
  [
    'grad of a matrix',
    () => grad((x: Tensor) => x)(a),
    ShapeError,
    /one number, it gave shape \[2, 3\]/,
  ],
  [
    'grad of a promise',
    () => grad((async (x: Tensor) => x) as never)(a as never),
    DTypeError,
    /not a promise/,
  ],
  [
    'grad by integers',
    () => grad((x: Tensor) => x.sum())(arange(2)),
    DTypeError,
    /input 0 is int64/,
  ],
  ['topk', () => a.topk(4), ShapeError, /topk: there are no 4 elements along dimension 1/],
  ['scatter', () => a.scatter(0, tensor([[0]]), 1), DTypeError, /scatter: indices must be int32/],
  ['pad', () => a.pad([1]), ShapeError, /pad: \[2, 3\] needs two numbers for each/],
  [
    'pad by reflection',
    () => a.pad([3, 0], { mode: 'reflect' }),
    ShapeError,
    /too small for reflect/,
  ],
  ['roll', () => a.roll([1, 2], 0), ShapeError, /roll: 2 shifts do not fit 1 dimensions/],
  ['repeat', () => a.repeat([2]), ShapeError, /repeat: \[2, 3\] needs 2 or more numbers/],
  ['index', () => a.index(2), ShapeError, /index 2 is outside dimension 0 of \[2, 3\]/],
  ['too many indices', () => a.index(0, 0, 0), ShapeError, /index: 3 indices for the 2 dimensions/],
  ['a mask not computed', () => a.index(a.gt(0)), Error, /await mask.realize\(\) first/],
  [
    'an index list',
    () => a.index(tensor([5], { dtype: 'int64' })),
    ShapeError,
    /index: 5 is outside/,
  ],
  ['einsum', () => lib.einsum('ij,jk->ik', a, a), ShapeError, /einsum: in 'ij,jk->ik' j is 3 and/],
  ['einsum, terms', () => lib.einsum('ij,jk', a), Error, /is for 2, got 1/],
  ['einsum, letters', () => lib.einsum('i', a), ShapeError, /'i' does not name the dimensions/],
  ['conv1d', () => lib.conv1d(zeros([1, 2, 3]), a), ShapeError, /conv1d: needs x \[batch, in/],
  ['mseLoss', () => lib.mseLoss(a, b), ShapeError, /mseLoss: predictions \[2, 3\] and targets/],
  [
    'a class too large',
    () => lib.crossEntropy(a, tensor([0, 3], { dtype: 'int64' })),
    ShapeError,
    /target 3 is no class; they are 0 to 2/,
  ],
  [
    'reduction',
    () => lib.l1Loss(a, a, { reduction: 'average' as never }),
    Error,
    /'mean', 'sum' or 'none', not 'average'/,
  ],
  ['no such back end', () => lib.setBackend('cuda' as never), Error, /no back end 'cuda'/],
  [
    'too much',
    () => lib.randn([1e6, 1e6], { seed: 1 }),
    Error,
    /no memory for 1000000000000 numbers of type float32, about 4000 GB/,
  ],
  ['cat of no list', () => cat(a as never), ShapeError, /in a list: cat\(\[x, y\]\)/],
  ['clamp', () => a.clamp(), Error, /clamp: needs a lower bound/],
  ['pow of integers', () => arange(3).pow(-1), DTypeError, /int64 to the power -1 is not whole/],
  ['too large a number', () => tensor([300], { dtype: 'uint8' }), DTypeError, /300 .* 0 to 255/],
  ['NaN as an integer', () => tensor([NaN], { dtype: 'int32' }), DTypeError, /NaN .* −2\^31 to/],
  [
    'full',
    () => lib.full([2], -129, { dtype: 'int8' }),
    DTypeError,
    /full: -129 does not fit int8/,
  ],
  ['a fill', () => bytes.maskedFill(bytes.gt(0), 256), DTypeError, /maskedFill: 256 does not fit/],
  ['where', () => lib.where(bytes.gt(0), bytes, -1), DTypeError, /where: -1 does not fit uint8/],
  ['pad value', () => bytes.pad([1, 1], { value: 300 }), DTypeError, /pad: 300 does not fit/],
  ['randint', () => randint(0, 300, 'uint8'), DTypeError, /randint: 299 does not fit uint8/],
  ['randint of bools', () => randint(0, 3, 'bool'), DTypeError, /bool holds 0 and 1, not 0 to 2/],
  ['oneHot', () => lib.oneHot(arange(3), 2), ShapeError, /oneHot: 2 is none of 2 classes/],
  ['oneHot, not computed', () => lib.oneHot(arange(3).mul(2)), Error, /say how many classes/],
  [
    'a mask of another size',
    () => a.index(tensor([true, false, true])),
    ShapeError,
    /a mask \[3\] does not fit dimension 0 of \[2, 3\]/,
  ],
  ['a diagonal', () => lib.einsum('ii', zeros([1, 3])), ShapeError, /i stands for sizes 1 and 3/],
  [
    'conv1d bias',
    () => lib.conv1d(zeros([1, 2, 5]), zeros([4, 2, 3]), { bias: zeros([1]) }),
    ShapeError,
    /needs bias \[4\], got \[1\]/,
  ],
  [
    'conv1d padding',
    () => lib.conv1d(zeros([1, 2, 5]), zeros([4, 2, 3]), { padding: -1 }),
    ShapeError,
    /padding is 0, 1, …, 'same' or 'valid', not -1/,
  ],
  [
    'labelSmoothing',
    () => lib.crossEntropy(a, arange(2), { labelSmoothing: 1.5 }),
    Error,
    /labelSmoothing is between 0 and 1, not 1.5/,
  ],
  ['beta', () => lib.smoothL1Loss(a, a, { beta: -1 }), Error, /beta is 0 or more, not -1/],
  ['rmsNorm', () => a.rmsNorm({ weight: zeros([2, 3]) }), ShapeError, /got \[2, 3\] and \[2, 3\]/],
  [
    'an attention mask of integers',
    () => lib.scaledDotProductAttention(a, a, a, { mask: arange(2) }),
    DTypeError,
    /a mask is bool, or float32 and added, not int64/,
  ],
  [
    'heads that cannot be shared',
    () => lib.scaledDotProductAttention(batch(4), batch(3), batch(3), { enableGqa: true }),
    ShapeError,
    /4 heads cannot share the 3 of \[3, 2, 5\]/,
  ],
  [
    'indexAdd',
    () => addHalf(),
    DTypeError,
    /indexAdd: 0.5 times something cannot be added to int64/,
  ],
  ['norm of nothing', () => zeros([2, 0]).norm(1, { p: -1 }), ShapeError, /p = -1 there is none/],
  [
    'heads',
    () => new lib.nn.MultiHeadAttention(6, 4, { seed: 1 }),
    ShapeError,
    /4 heads do not divide/,
  ],
];

describe('mistakes', () => {
  it.each(mistakes)('%s', (_, make, type, message) => {
    let error: unknown;
    try {
      make();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message.replaceAll('\n', ' ')).toMatch(message);
  });

  it.each(mistakes.filter(([, , type]) => type !== Error))('%s points here', (_, make) => {
    try {
      make();
    } catch (error) {
      const [head, first] = (error as Error).stack!.split('\n') as [string, string];
      expect(head).toMatch(/^(ShapeError|DTypeError): /);
      expect(first).toContain('errors.test.ts');
    }
  });

  it('points at the line even from deep compositions, and inside grad', () => {
    const lines = (error: unknown) => (error as Error).stack!.split('\n');
    try {
      grad((x: Tensor) => lib.crossEntropy(x, arange(9)))(a);
      expect.unreachable();
    } catch (error) {
      expect(lines(error)[1]).toContain('errors.test.ts');
      expect(lines(error).join()).not.toContain('/lib/functions/');
    }
  });

  it('item of several', async () => {
    await expect(a.item()).rejects.toThrow('item: needs exactly one element, [2, 3] has 6');
  });
});

/** Indices of which nothing is known before they are computed. */
const unknown = (values: number[]) => tensor(values, { dtype: 'int64' }).mul(1);

forEachBackend('indices found while computing', (backend) => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const row = (i: number) => unknown([0, i, 1]).reshape([1, 3]);
  const lookups: [string, (i: number) => Tensor][] = [
    ['gather', (i) => x.gather(0, row(i))],
    ['indexSelect', (i) => x.indexSelect(0, unknown([0, i]))],
    ['embedding', (i) => lib.embedding(x, row(i))],
    ['scatter', (i) => x.scatter(0, row(i), 7)],
    ['scatterAdd', (i) => x.scatterAdd(0, row(i), lib.ones([1, 3]))],
    ['crossEntropy', (i) => lib.crossEntropy(x, unknown([0, i]))],
  ];

  it.each(lookups)('%s looks at them', async (name, look) => {
    await expect(look(1).realize()).resolves.toBeDefined();
    for (const i of [-1, name === 'crossEntropy' ? 3 : 2]) {
      await expect(look(i).realize()).rejects.toThrow(`index ${i} is outside dimension`);
    }
  });

  it('and so do gradients', async () => {
    const loss = (weight: Tensor) =>
      lib
        .embedding(weight, unknown([-1]))
        .square()
        .sum();
    await expect(grad(loss)(x).realize()).rejects.toThrow(ShapeError);
  });

  it('int64 is moved exactly, and never computed wrongly in silence', async () => {
    const large = tensor(BigInt64Array.of(2n ** 53n + 1n));
    expect(await large.data()).toEqual(BigInt64Array.of(2n ** 53n + 1n));
    expect(await large.cast('float32').item()).toBe(2 ** 53);
    if (backend === 'onnx') {
      expect(await large.add(1).data()).toEqual(BigInt64Array.of(2n ** 53n + 2n));
      return;
    }
    await expect(large.add(1).data()).rejects.toThrow(
      /add: int64 is computed exactly up to ±2\^53/,
    );
    const product = tensor([2 ** 30], { dtype: 'int64' })
      .pow(2)
      .sub(1);
    await expect(product.data()).rejects.toThrow(/pow: int64 .* about 1152921504606847000/);
  });
});

describe('operators of JavaScript', () => {
  it('say what to write instead of computing NaN', () => {
    const x = tensor([1]) as never as number;
    for (const make of [() => x * 2, () => -x, () => x > 1, () => Math.sqrt(x)]) {
      expect(make).toThrow(/a tensor is not a number: instead of operators write x\.mul\(2\)/);
    }
    expect(`${x}`).toBe('Tensor float32 [1]');
    expect(`shape: ${x}`).toBe('shape: Tensor float32 [1]');
  });
});

describe('values from elsewhere', () => {
  it('lists and typed arrays of another realm are taken as our own', async () => {
    const { runInNewContext } = await import('node:vm');
    const foreign = (code: string) => tensor(runInNewContext(code));
    expect(await foreign('[[1, 2]]').array()).toEqual([[1, 2]]);
    expect(foreign('new Int32Array([1])').dtype).toBe('int32');
    const big = foreign('new BigInt64Array([5n])');
    expect(await big.data()).toEqual(new BigInt64Array([5n]));
    expect(() => a.add(runInNewContext('Promise.resolve(1)'))).toThrow(
      'a promise (await it first)',
    );
  });
});

describe('tensors do not change', () => {
  it('neither in shape nor by what they were made of', async () => {
    const values = new Float32Array([1, 2]);
    const x = tensor(values);
    values[0] = 9;
    expect(await x.array()).toEqual([1, 2]);
    expect(() => x.shape.push(1)).toThrow(TypeError);
    expect(() => {
      (x as { dtype: string }).dtype = 'bool';
    }).toThrow(TypeError);
  });
});
