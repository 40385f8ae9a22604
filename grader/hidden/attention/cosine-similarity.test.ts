import { seed } from '@lectern/grader/testing';
import { cat, eye, rand, randn, tensor, zeros } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { cosineMatrix } from '../../../exercises/attention/cosine-similarity.ts';

type Matrix = number[][];

/** cos θ = a·b / (‖a‖‖b‖) for all pairs of rows, in plain (64-bit) numbers. */
function cosines(a: Matrix, b: Matrix): Matrix {
  const dot = (x: number[], y: number[]) => x.reduce((sum, xi, i) => sum + xi * y[i]!, 0);
  return a.map((x) => b.map((y) => dot(x, y) / (Math.hypot(...x) * Math.hypot(...y))));
}

describe('cosineMatrix', () => {
  it('entry (i, j) compares row i of a with row j of b', async () => {
    const a = randn([5, 7], { seed: seed(1) });
    const b = randn([3, 7], { seed: seed(2) });
    const expected = cosines(await a.array<Matrix>(), await b.array<Matrix>());
    await expect(cosineMatrix(a, b)).toBeCloseToTensor(expected);
  });

  it('stretching a vector changes nothing', async () => {
    const a = randn([4, 6], { seed: seed(3) });
    const b = randn([4, 6], { seed: seed(4) });
    const factors = rand([4, 1], { seed: seed(5) })
      .mul(100)
      .add(2);
    const before = await cosineMatrix(a, b);
    expect(before.shape).toEqual([4, 4]);
    expect(await before.std().item()).toBeGreaterThan(0.01);
    await expect(cosineMatrix(a.mul(factors), b)).toBeCloseToTensor(before);
    await expect(cosineMatrix(a, b.div(factors))).toBeCloseToTensor(before);
  });

  it('as many vectors as entries', async () => {
    const a = randn([4, 4], { seed: seed(6) });
    const b = randn([4, 4], { seed: seed(7) });
    const expected = cosines(await a.array<Matrix>(), await b.array<Matrix>());
    await expect(cosineMatrix(a, b)).toBeCloseToTensor(expected);
  });

  it('swapping a and b turns the table', async () => {
    const a = randn([3, 5], { seed: seed(8) });
    const b = randn([4, 5], { seed: seed(9) });
    const table = await cosineMatrix(a, b);
    await expect(cosineMatrix(b, a)).toBeCloseToTensor(table.T);
  });

  it('lengths from 10⁻³⁰ to 10³⁰ make no difference', async () => {
    const a = randn([4, 5], { seed: seed(10) });
    const b = randn([3, 5], { seed: seed(11) });
    const expected = cosines(await a.array<Matrix>(), await b.array<Matrix>());
    const tinyToHuge = a.mul(tensor([[1e-30], [1e-12], [1e20], [1e30]]));
    const hugeToTiny = b.mul(tensor([[1e30], [1], [1e-30]]));
    await expect(cosineMatrix(tinyToHuge, hugeToTiny)).toBeCloseToTensor(expected);

    const axes = eye(3).mul(tensor([[1e-30], [1], [-1e30]])); // most entries are 0
    await expect(cosineMatrix(axes, eye(3))).toBeCloseToTensor([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, -1],
    ]);
  });

  it('a row of zeros gives 0 and leaves the others alone', async () => {
    const a = randn([2, 3], { seed: seed(12) });
    const b = randn([3, 3], { seed: seed(13) });
    const expected = cosines(await a.array<Matrix>(), await b.array<Matrix>());
    const withZeros = cat([a, zeros([1, 3])], 0);
    await expect(cosineMatrix(withZeros, b)).toBeCloseToTensor([...expected, [0, 0, 0]]);
    await expect(cosineMatrix(zeros([1, 3]), zeros([2, 3]))).toBeCloseToTensor([[0, 0]]);
  });
});
