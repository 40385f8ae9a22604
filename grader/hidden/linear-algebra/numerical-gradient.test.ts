import { seed } from '@lectern/grader/testing';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { numericalGradient } from '../../../exercises/linear-algebra/numerical-gradient.ts';

const list = (length: number, n: number) => randn([length], { seed: seed(n) }).array<number[]>();

describe('numericalGradient', () => {
  it('a linear function has the same slope everywhere', async () => {
    const [c, theta] = [await list(4, 1), await list(4, 2)];
    const line = (at: number[]) => at.reduce((sum, value, i) => sum + c[i]! * value, 0);
    const slopes = await numericalGradient(line, theta);
    expect(slopes.length).toBe(4);
    for (const [i, slope] of slopes.entries()) expect(slope).toBeCloseTo(c[i]!, 4);
  });

  it('each slope is taken with the other entries at rest', async () => {
    const [x, y, z] = (await list(3, 3)) as [number, number, number];
    const [dx, dy, dz] = await numericalGradient(([a, b, c]) => 1000 * a! * b! * c!, [x, y, z]);
    expect(dx).toBeCloseTo(1000 * y * z, 1);
    expect(dy).toBeCloseTo(1000 * x * z, 1);
    expect(dz).toBeCloseTo(1000 * x * y, 1);
  });

  it('curves are measured from both sides', async () => {
    const [x, y] = (await list(2, 4)) as [number, number];
    const valley = ([a, b]: number[]) => 10_000 * ((a! - x) ** 2 + (b! - y) ** 2);
    const [dx, dy] = await numericalGradient(valley, [x, y]);
    expect(Math.abs(dx!)).toBeLessThan(1e-3);
    expect(Math.abs(dy!)).toBeLessThan(1e-3);
  });

  it('the step is small enough', async () => {
    const [slope] = await numericalGradient(([x]) => x! ** 3, [0.02]);
    expect(Math.abs(slope! - 0.0012)).toBeLessThan(1e-6);
  });

  it('the step is not too small', async () => {
    const [slope] = await numericalGradient(([x]) => Math.sin(x!) + 50, [1]);
    expect(Math.abs(slope! - Math.cos(1))).toBeLessThan(1e-4);
  });

  it('a place with a single number', async () => {
    const [x] = (await list(1, 5)) as [number];
    const slopes = await numericalGradient(([a]) => a! * a! + 3 * a!, [x]);
    expect(slopes.length).toBe(1);
    expect(slopes[0]).toBeCloseTo(2 * x + 3, 4);
  });
});
