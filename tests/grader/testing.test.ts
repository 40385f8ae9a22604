import { ones, tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { seed } from '../../grader/src/testing/index.ts';
import { toBeCloseToTensor } from '../../grader/src/testing/matchers.ts';
import { setRunSeed } from '../../grader/src/testing/seed.ts';

describe('seed', () => {
  it('depends on the run and on the number, and on nothing else', () => {
    setRunSeed(7);
    const first = [seed(1), seed(2), seed(1)];
    setRunSeed(8);
    const second = [seed(1), seed(2)];
    setRunSeed(7);
    expect([seed(1), seed(2), seed(1)]).toEqual(first);
    expect(new Set([...first, ...second]).size).toBe(4);
  });

  it('gives whole numbers of 32 bits, without obvious repetition', () => {
    setRunSeed(1);
    const values = Array.from({ length: 2000 }, (_, n) => seed(n));
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32)).toBe(
      true,
    );
    expect(new Set(values).size).toBe(2000);
  });
});

describe('toBeCloseToTensor', () => {
  const matrix = tensor([
    [1, 2],
    [3, 4],
  ]);

  it.each([
    [
      'nested lists',
      matrix,
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'another tensor',
      matrix,
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ],
    [
      'promises of both',
      Promise.resolve(matrix),
      Promise.resolve([
        [1, 2],
        [3, 4],
      ]),
    ],
    [
      'rounding',
      matrix,
      [
        [1.000001, 2],
        [3, 4.0001],
      ],
    ],
    ['a number for a scalar', tensor([2]).sum(), 2],
    [
      'infinities and NaN where they are expected',
      tensor([Infinity, -Infinity, NaN]),
      [Infinity, -Infinity, NaN],
    ],
    ['booleans', tensor([1, 2]).gt(1), [false, true]],
    ['no elements', ones([0, 3]), ones([0, 3])],
  ])('passes for %s', async (_, received, expected) => {
    expect(await toBeCloseToTensor(received, expected)).toMatchObject({ pass: true });
  });

  it.each([
    [
      'another value',
      matrix,
      [
        [1, 2],
        [3, 5],
      ],
      /Of 4 values, one differs, at \[1, 1\]: expected 5, got 4/,
    ],
    [
      'two other values',
      matrix,
      [
        [0, 2],
        [3, 5],
      ],
      /Of 4 values, 2 differ; the first at \[0, 0\]/,
    ],
    ['another shape', matrix, [[1, 2]], /Expected shape \[1, 2\], got shape \[2, 2\]/],
    ['NaN', tensor([NaN, 1]), [0, 1], /expected 0, got NaN/],
    ['a number where NaN is expected', tensor([0, 1]), [NaN, 1], /expected NaN, got 0/],
    ['NaN that agrees with itself', tensor([NaN, 1]), tensor([NaN, 1]), /expected NaN/],
    ['the other infinity', tensor([-Infinity]), [Infinity], /Expected ∞, got -∞/],
    ['a large number for infinity', tensor([1e38, 0]), [Infinity, 0], /expected ∞/],
    [
      'a list',
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
      /Expected a tensor, got a list/,
    ],
    ['undefined', undefined, [1], /got undefined/],
  ])('fails for %s', async (_, received, expected, message) => {
    const result = await toBeCloseToTensor(received, expected);
    expect(result.pass).toBe(false);
    expect(result.message()).toMatch(message);
  });

  it('marks the places that differ in both texts', async () => {
    const result = await toBeCloseToTensor(matrix, [
      [1, 2],
      [9, 4],
    ]);
    expect(result.expected).toBe('[[1, 2],\n [‹9›, 4]]');
    expect(result.actual).toBe('[[1, 2],\n [‹3›, 4]]');
  });

  it('takes a tolerance', async () => {
    const loose = await toBeCloseToTensor(tensor([1.05]), [1], { rtol: 0.1 });
    const tight = await toBeCloseToTensor(tensor([1.00005]), [1], { rtol: 0, atol: 1e-6 });
    expect([loose.pass, tight.pass]).toEqual([true, false]);
  });

  it('refuses an expectation that is no tensor', async () => {
    await expect(toBeCloseToTensor(matrix, [[1], [2, 3]])).rejects.toThrow(/expected must be/);
  });
});
