/** The numbers of the explorable on width: what it claims must hold for other draws too. */

import { describe, expect, it } from 'vitest';
import { defaults, judge, largest, weigh } from '../../explorables/attention/width/state.ts';

const seeds = Array.from({ length: 50 }, (_, seed) => seed + 1);
const meanLargest = (doublings: number, scaled: boolean) =>
  seeds
    .map((seed) => largest(weigh({ ...defaults, doublings, scaled, seed })).weight)
    .reduce((a, b) => a + b, 0) / seeds.length;

describe('five keys, ever wider', () => {
  it('weighs with a softmax whose weights sum to 1', () => {
    for (const doublings of [0, 4, 10]) {
      const rows = weigh({ ...defaults, doublings });
      expect(rows.reduce((sum, row) => sum + row.weight, 0)).toBeCloseTo(1);
      const [a, b] = rows;
      expect(a!.weight / b!.weight).toBeCloseTo(Math.exp(a!.score - b!.score), 4);
    }
  });

  it('collapses with width over fifty draws, and does not when divided by √d', () => {
    expect(meanLargest(10, false)).toBeGreaterThan(0.95);
    expect(meanLargest(2, false)).toBeLessThan(0.8);
    expect(Math.abs(meanLargest(10, true) - meanLargest(2, true))).toBeLessThan(0.1);
  });

  it('answers a prediction about the draw in hand', () => {
    expect(judge('nearly 1', defaults.seed)).toMatch(/^Yes: at d = 1024 it is 1\.00/);
    expect(judge('about 0.4', defaults.seed)).toMatch(/^You said about 0\.4: /);
  });
});
