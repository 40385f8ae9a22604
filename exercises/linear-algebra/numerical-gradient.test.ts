import { describe, expect, it } from 'vitest';
import { numericalGradient } from './numerical-gradient.ts';

describe('numericalGradient', () => {
  it('finds the slopes 3 and −2 of a plane', async () => {
    const plane = ([x, y]: number[]) => 3 * x! - 2 * y!;
    const [dx, dy] = await numericalGradient(plane, [5, 7]);
    expect(dx).toBeCloseTo(3, 4);
    expect(dy).toBeCloseTo(-2, 4);
  });

  it('finds 2xy and x² for x²y', async () => {
    const [dx, dy] = await numericalGradient(([x, y]) => x! * x! * y!, [3, 10]);
    expect(dx).toBeCloseTo(60, 3);
    expect(dy).toBeCloseTo(9, 3);
  });

  it('finds no slope at the bottom of a bowl', async () => {
    const [dx, dy] = await numericalGradient(([x, y]) => (x! - 1) ** 2 + (y! + 2) ** 2, [1, -2]);
    expect(dx).toBeCloseTo(0, 4);
    expect(dy).toBeCloseTo(0, 4);
  });
});
