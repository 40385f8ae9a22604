import { seed } from '@lectern/grader/testing';
import { cat, ones, randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { linearBackward } from '../../../exercises/linear-algebra/linear-backward.ts';

type Matrix = number[][];

const random = (shape: number[], n: number) => randn(shape, { seed: seed(n) });
const plain = (t: { array<T>(): Promise<T> }) => t.array<Matrix>();

/** Σ over n of a[n][i] · b[n][j]. */
const paired = (a: Matrix, b: Matrix): Matrix =>
  a[0]!.map((_, i) => b[0]!.map((_, j) => a.reduce((sum, row, n) => sum + row[i]! * b[n]![j]!, 0)));
/** Σ over j of dY[n][j] · w[i][j]. */
const sentBack = (dY: Matrix, w: Matrix): Matrix =>
  dY.map((row) => w.map((weights) => weights.reduce((sum, v, j) => sum + v * row[j]!, 0)));

describe('linearBackward', () => {
  it('dX sends each slope back along the weights', async () => {
    for (const [n, inputs, outputs] of [
      [4, 3, 2],
      [3, 3, 3],
    ] as const) {
      const [x, w, dY] = [
        random([n, inputs], 1),
        random([inputs, outputs], 2),
        random([n, outputs], 3),
      ];
      const { dX } = await linearBackward(x, w, dY);
      await expect(dX).toBeCloseToTensor(sentBack(await plain(dY), await plain(w)));
    }
  });

  it('dW pairs inputs with slopes, summed over the rows', async () => {
    for (const [n, inputs, outputs] of [
      [4, 3, 2],
      [3, 3, 3],
    ] as const) {
      const [x, w, dY] = [
        random([n, inputs], 4),
        random([inputs, outputs], 5),
        random([n, outputs], 6),
      ];
      const { dW } = await linearBackward(x, w, dY);
      await expect(dW).toBeCloseToTensor(paired(await plain(x), await plain(dY)));
    }
  });

  it('db is the sum of the slopes of all rows', async () => {
    const [x, w, dY] = [random([5, 2], 7), random([2, 3], 8), random([5, 3], 9)];
    const { db } = await linearBackward(x, w, dY);
    const rows = await plain(dY);
    await expect(db).toBeCloseToTensor(
      [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[j]!, 0)),
    );
  });

  it('twice the same rows double dW and db, not dX', async () => {
    const [x, w, dY] = [random([2, 3], 10), random([3, 2], 11), random([2, 2], 12)];
    const once = await linearBackward(x, w, dY);
    const twice = await linearBackward(cat([x, x], 0), w, cat([dY, dY], 0));
    expect(await once.dW.abs().sum().item()).toBeGreaterThan(0);
    await expect(twice.dW).toBeCloseToTensor(once.dW.mul(2));
    await expect(twice.db).toBeCloseToTensor(once.db.mul(2));
    await expect(twice.dX).toBeCloseToTensor(cat([once.dX, once.dX], 0));
  });

  it('any number of leading dimensions', async () => {
    const [x, w, dY] = [random([2, 3, 4], 13), random([4, 5], 14), random([2, 3, 5], 15)];
    const { dX, dW, db } = await linearBackward(x, w, dY);
    const [rows, slopes] = [await plain(x.reshape([6, 4])), await plain(dY.reshape([6, 5]))];
    await expect(dW).toBeCloseToTensor(paired(rows, slopes));
    await expect(db).toBeCloseToTensor(ones([6]).matmul(dY.reshape([6, 5])));
    const back = sentBack(slopes, await plain(w));
    await expect(dX).toBeCloseToTensor([back.slice(0, 3), back.slice(3)]);
  });

  it('a vector per call: one leading dimension of 1', async () => {
    const { dX, dW, db } = await linearBackward(
      random([1, 3], 16),
      random([3, 1], 17),
      random([1, 1], 18),
    );
    expect(dX.shape).toEqual([1, 3]);
    expect(dW.shape).toEqual([3, 1]);
    expect(db.shape).toEqual([1]);
  });

  it('agrees with nudging', async () => {
    const [x, w, dY] = [random([3, 2], 19), random([2, 2], 20), random([3, 2], 21)];
    const { dX, dW } = await linearBackward(x, w, dY);
    const [wayX, wayW] = [random([3, 2], 22), random([2, 2], 23)];
    // y is linear in each of them, so the change is exact: no step needs to be small
    const changeX = await wayX.matmul(w).mul(dY).sum().item();
    const changeW = await x.matmul(wayW).mul(dY).sum().item();
    expect(await dX.mul(wayX).sum().item()).toBeCloseTo(changeX, 3);
    expect(await dW.mul(wayW).sum().item()).toBeCloseTo(changeW, 3);
  });
});
