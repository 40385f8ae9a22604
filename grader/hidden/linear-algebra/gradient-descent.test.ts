import { seed } from '@lectern/grader/testing';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { descend } from '../../../exercises/linear-algebra/gradient-descent.ts';

const list = (length: number, n: number) => randn([length], { seed: seed(n) }).array<number[]>();

/** Places are compared one by one, to eight digits. */
function expectPlaces(places: number[][], expected: number[][]): void {
  expect(places.map((place) => place.length)).toEqual(expected.map((place) => place.length));
  for (const [step, place] of expected.entries()) {
    for (const [i, value] of place.entries()) expect(places[step]![i]).toBeCloseTo(value, 8);
  }
}

describe('descend', () => {
  it('one step goes against the gradient', async () => {
    const [start, slopes] = [await list(3, 1), await list(3, 2)];
    const places = await descend(() => slopes, start, 0.3, 1);
    expectPlaces(places.slice(-1), [start.map((value, i) => value - 0.3 * slopes[i]!)]);
  });

  it('every step uses the gradient where it stands', async () => {
    const [x, y] = (await list(2, 3)) as [number, number];
    const places = await descend(([a, b]) => [2 * a!, 6 * b!], [x, y], 0.1, 4);
    expectPlaces(places.slice(-1), [[x * 0.8 ** 4, y * 0.4 ** 4]]);
  });

  it('all entries move at the same moment', async () => {
    const [x, y] = (await list(2, 4)) as [number, number];
    const places = await descend(([a, b]) => [b!, -a!], [x, y], 0.5, 1);
    expectPlaces(places.slice(-1), [[x - 0.5 * y, y + 0.5 * x]]);
  });

  it('the start comes first, then one place per step', async () => {
    const start = await list(2, 5);
    expectPlaces(await descend((place) => place, start, 0.1, 0), [start]);
    const places = await descend((place) => place, start, 0.1, 5);
    expect(places.length).toBe(6);
    expectPlaces(places.slice(0, 1), [start]);
  });

  it('places already visited stay as they were', async () => {
    const [x] = (await list(1, 6)) as [number];
    const places = await descend(([a]) => [a!], [x], 0.5, 2);
    expectPlaces(places.slice(-3), [[x], [x / 2], [x / 4]]);
  });

  it('a learning rate that is too large climbs', async () => {
    const places = await descend(([a]) => [2 * a!], [1], 1.5, 3);
    expectPlaces(places.slice(-1), [[-8]]);
  });
});
