/** Choosing tokens, against numbers worked out by hand. */

import {
  drawToken,
  keepTopK,
  keepTopP,
  likeliest,
  penalizeRepetition,
  probabilitiesOf,
} from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { chooseToken, kthLargest } from '../../../lib/models/sampling.ts';
import { Generator } from '../../../lib/tensor/random.ts';

const logits = Float32Array.of(0.78, 0.15, 0.04, 0.03).map(Math.log);

function expectNear(actual: Float32Array, expected: readonly number[], digits: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, digits);
}

describe('temperature', () => {
  it('sharpens below 1 and flattens above', () => {
    expectNear(probabilitiesOf(logits), [0.78, 0.15, 0.04, 0.03], 6);
    expectNear(probabilitiesOf(logits, 0.5), [0.9605, 0.0355, 0.0025, 0.0014], 4);
    expectNear(probabilitiesOf(logits, 2), [0.537, 0.236, 0.122, 0.105], 3);
  });

  it('does not overflow, and takes −Infinity as impossible', () => {
    expectNear(probabilitiesOf(Float32Array.of(1000, 1000, -Infinity)), [0.5, 0.5, 0], 6);
    expect(() => probabilitiesOf(logits, 0)).toThrow('temperature above 0');
    expect(() => probabilitiesOf(Float32Array.of(1, Number.NaN))).toThrow('a logit is NaN');
  });
});

describe('top-k', () => {
  it('keeps the k largest', () => {
    expectNear(probabilitiesOf(keepTopK(logits, 2)), [0.78 / 0.93, 0.15 / 0.93, 0, 0], 6);
    expect(keepTopK(logits, 9)).toEqual(logits);
    expect(() => keepTopK(logits, 0)).toThrow('k ≥ 1');
  });

  it('keeps equals together', () => {
    const kept = keepTopK(Float32Array.of(1, 3, 3, 2), 1);
    expect([...kept]).toEqual([-Infinity, 3, 3, -Infinity]);
  });

  it('finds the k-th largest of any values', () => {
    const chance = new Generator(5);
    for (let n = 1; n < 40; n++) {
      const values = Float32Array.from({ length: n }, () => chance.below(10));
      const sorted = [...values].sort((a, b) => b - a);
      for (let k = 1; k <= n; k++) expect(kthLargest(values, k)).toBe(sorted[k - 1]);
    }
  });
});

describe('top-p', () => {
  it('keeps the fewest that reach p', () => {
    const kept = (p: number) => [...keepTopP(logits, p)].map((x) => x > -Infinity);
    expect(kept(0.5)).toEqual([true, false, false, false]);
    expect(kept(0.8)).toEqual([true, true, false, false]);
    expect(kept(0.95)).toEqual([true, true, true, false]);
    expect(kept(1)).toEqual([true, true, true, true]);
    expect(() => keepTopP(logits, 0)).toThrow('0 < p ≤ 1');
  });
});

describe('repetition penalty', () => {
  it('divides positive logits and multiplies negative ones, once per token', () => {
    const penalized = penalizeRepetition(Float32Array.of(2, -2, 3), [0, 1, 1, 0], 2);
    expect([...penalized]).toEqual([1, -4, 3]);
  });
});

describe('drawing', () => {
  it('takes the token at which the sum passes u', () => {
    const p = Float32Array.of(0.25, 0, 0.5, 0.25);
    const drawn = [0, 0.24, 0.25, 0.74, 0.75, 0.999].map((u) => drawToken(p, u));
    expect(drawn).toEqual([0, 0, 2, 2, 3, 3]);
    expect(drawToken(Float32Array.of(0.5, 0.4, 0), 0.95)).toBe(1);
  });

  it('comes out as often as the probabilities say', () => {
    const chance = new Generator(3);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) counts[chooseToken(logits, [], {}, chance)]!++;
    expectNear(
      Float32Array.from(counts).map((n) => n / 4000),
      [0.78, 0.15, 0.04, 0.03],
      1.6,
    );
  });

  it('applies penalty, temperature, top-k and top-p in this order', () => {
    const chance = new Generator(1);
    const choose = (options: object, tokens: number[] = []) =>
      chooseToken(logits, tokens, options, chance);
    expect(choose({ temperature: 0 })).toBe(0);
    expect(likeliest(logits)).toBe(0);
    // log 0.78 · 10 is less than log 0.15
    expect(choose({ temperature: 0, repetitionPenalty: 10 }, [0])).toBe(1);
    for (let i = 0; i < 50; i++) {
      expect(choose({ topK: 2 })).toBeLessThan(2);
      expect(choose({ temperature: 100, topP: 0.2 })).toBeLessThan(1);
      expect(choose({ repetitionPenalty: 100, topK: 1 }, [0, 1])).toBe(2);
    }
  });
});
