/** Operations element by element, against plain JavaScript, on every back end. */

import { type DType, full, type Tensor, tensor, where, zeros } from '@lectern/lib';
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
