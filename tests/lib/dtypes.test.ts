/** Element types: how they are stored, what they hold, and gradients by way of half precision. */

import { type DType, grad, type Tensor, tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose } from './support/compare.ts';

const arrays: [DType, new (n: number) => ArrayBufferView][] = [
  ['float32', Float32Array],
  ['float16', Float16Array],
  ['int64', BigInt64Array],
  ['int32', Int32Array],
  ['int8', Int8Array],
  ['uint8', Uint8Array],
  ['bool', Uint8Array],
];

forEachBackend('types', () => {
  it.each(arrays)('%s is handed out in its array, given or computed', async (dtype, array) => {
    const x = tensor([1, 0, 1, 1], { dtype });
    expect(await x.data()).toBeInstanceOf(array);
    const moved = x.reshape([2, 2]).flip([0]);
    expect(moved.dtype).toBe(dtype);
    expect(await moved.data()).toBeInstanceOf(array);
    expect(Array.from(await moved.data(), Number)).toEqual([1, 1, 1, 0]);
  });

  it('booleans alone are bool; among numbers they are 0 and 1', async () => {
    expect(tensor([[true], [false]]).dtype).toBe('bool');
    for (const values of [
      [true, 0.5],
      [0.5, true],
    ]) {
      expect(tensor(values).dtype).toBe('float32');
      expect((await tensor(values).array()).toSorted()).toEqual([0.5, 1]);
    }
  });

  it('float16 keeps three digits, and sums in float32', async () => {
    const x = tensor([0.1, 2049, 1e5]).cast('float16');
    await expectClose(x.cast('float32'), [0.0999756, 2048, Infinity], 1e-6);
    const many = tensor(new Float32Array(4096).fill(100)).cast('float16');
    await expectClose(many.mean(), 100); // the sum, 409600, is beyond float16
    await expectClose(many.softmax(0).sum(), 1, 1e-3);
  });

  it('gradients by float16 are float16', async () => {
    const half = tensor([1.5, -2], { dtype: 'float16' });
    const slopes = grad((x: Tensor, _: Tensor) => x.square().sum())(half, half.mul(2));
    expect(slopes.map(({ dtype }) => dtype)).toEqual(['float16', 'float16']);
    await expectClose(slopes[0], [3, -4]);
    await expectClose(slopes[1], [0, 0]);
  });

  it('gradients pass through float16', async () => {
    const slope = grad((x: Tensor) => x.cast('float16').square().sum().cast('float32'));
    await expectClose(slope(tensor([1.5, -2])), [3, -4]);
    const picked = grad((x: Tensor) => x.cast('float16').select(0, 1));
    const y = picked(tensor([1.5, -2]));
    expect(y.dtype).toBe('float32');
    await expectClose(y, [0, 1]);
  });
});

describe('typed arrays', () => {
  it('keep their type', () => {
    expect(tensor(new Uint8Array(2)).dtype).toBe('uint8');
    expect(tensor(new Uint8ClampedArray(2)).dtype).toBe('uint8');
    expect(tensor(new Int8Array(2)).dtype).toBe('int8');
    expect(tensor(new Float16Array(2)).dtype).toBe('float16');
    expect(tensor(new Float64Array(2)).dtype).toBe('float32');
  });
});

describe('what has no gradient', () => {
  it('says so', () => {
    const places = [
      (x: Tensor) => x.argsort(),
      (x: Tensor) => x.topk(1).indices,
      (x: Tensor) => x.argmax(0),
      (x: Tensor) => x.isnan(),
    ];
    for (const f of places) {
      const slope = grad((x: Tensor) => f(x).cast('float32').sum());
      expect(() => slope(tensor([1, 2]))).toThrow(/no gradient/);
    }
  });
});
