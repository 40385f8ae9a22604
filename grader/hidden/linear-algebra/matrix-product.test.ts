import { seed } from '@lectern/grader/testing';
import { eye, randint, randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { matrixProduct } from '../../../exercises/linear-algebra/matrix-product.ts';

type Matrix = number[][];

const whole = async (shape: number[], n: number): Promise<Matrix> => {
  const numbers = await randint(-9, 10, shape, { seed: seed(n) }).array<Matrix>();
  return numbers.map((row) => row.map(Number));
};
const refused = (a: Matrix, b: Matrix) =>
  expect((async () => matrixProduct(a, b))()).rejects.toThrow();

describe('matrixProduct', () => {
  it('entry (i, j) is row i times column j', async () => {
    const [a, b] = [await whole([3, 3], 1), await whole([3, 3], 2)];
    const product = await matrixProduct(a, b);
    for (const i of [0, 1, 2]) {
      for (const j of [0, 1, 2]) {
        const expected = a[i]![0]! * b[0]![j]! + a[i]![1]! * b[1]![j]! + a[i]![2]! * b[2]![j]!;
        expect(product[i]![j]).toBeCloseTo(expected, 8);
      }
    }
  });

  it('the shape is rows of a by columns of b', async () => {
    for (const [m, k, n] of [
      [2, 3, 5],
      [5, 3, 2],
      [1, 4, 1],
      [4, 1, 3],
    ] as const) {
      const product = await matrixProduct(await whole([m, k], 3), await whole([k, n], 4));
      expect(product.map((row) => row.length)).toEqual(Array(m).fill(n));
    }
  });

  it('the identity matrix changes nothing', async () => {
    const one = await eye(3).array<Matrix>();
    const a = await randn([3, 3], { seed: seed(5) }).array<Matrix>();
    expect(await matrixProduct(a, one)).toEqual(a);
    expect(await matrixProduct(one, a)).toEqual(a);
  });

  it('the order matters', async () => {
    const up = [
      [0, 1],
      [0, 0],
    ];
    const down = [
      [0, 0],
      [0, 1],
    ];
    expect(await matrixProduct(up, down)).toEqual(up);
    expect(await matrixProduct(down, up)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('matrices whose inner sizes differ are refused', async () => {
    await refused(await whole([2, 3], 6), await whole([2, 3], 7));
    await refused(await whole([2, 3], 8), await whole([4, 3], 9));
    await refused(await whole([3, 2], 10), await whole([1, 3], 11));
  });
});
