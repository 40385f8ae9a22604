import { seed } from '@lectern/grader/testing';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { backward } from '../../../exercises/linear-algebra/autograd-backward.ts';

type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };
type Recipe = [op: Line['op'], ...from: number[]][];

const list = (length: number, n: number) => randn([length], { seed: seed(n) }).array<number[]>();

/** Calculates a recipe whose inputs take their values from a list. */
function written(recipe: Recipe, inputs: number[]): Line[] {
  const lines: Line[] = [];
  let next = 0;
  for (const [op, ...from] of recipe) {
    const [x, y] = from.map((i) => lines[i]!.value);
    const value =
      op === 'input'
        ? inputs[next++]!
        : op === 'tanh'
          ? Math.tanh(x!)
          : op === 'add'
            ? x! + y!
            : x! * y!;
    lines.push({ op, from, value });
  }
  return lines;
}

describe('backward', () => {
  it('a product hands back the other factor', async () => {
    const [x, y] = (await list(2, 1)) as [number, number];
    const slopes = await backward(written([['input'], ['input'], ['mul', 0, 1]], [x, y]));
    expect(slopes[0]).toBeCloseTo(y, 8);
    expect(slopes[1]).toBeCloseTo(x, 8);
    expect(slopes[2]).toBe(1);
  });

  it('tanh hands back 1 − tanh²', async () => {
    const [x] = (await list(1, 2)) as [number];
    const [slope] = await backward(written([['input'], ['tanh', 0]], [x]));
    expect(slope).toBeCloseTo(1 - Math.tanh(x) ** 2, 8);
  });

  it('slopes multiply along a chain', async () => {
    const [w, x] = (await list(2, 3)) as [number, number];
    const lines = written([['input'], ['input'], ['mul', 0, 1], ['tanh', 2], ['tanh', 3]], [w, x]);
    const [t, u] = [lines[3]!.value, lines[4]!.value];
    const slopes = await backward(lines);
    expect(slopes[0]).toBeCloseTo((1 - u ** 2) * (1 - t ** 2) * x, 8);
    expect(slopes[1]).toBeCloseTo((1 - u ** 2) * (1 - t ** 2) * w, 8);
  });

  it('contributions from several uses are added', async () => {
    const [x, y] = (await list(2, 4)) as [number, number];
    const recipe: Recipe = [['input'], ['input'], ['mul', 0, 1], ['add', 2, 0]];
    const slopes = await backward(written(recipe, [x, y]));
    expect(slopes[0]).toBeCloseTo(y + 1, 8);
    expect(slopes[1]).toBeCloseTo(x, 8);
  });

  it('a line may use the same line twice', async () => {
    const [x] = (await list(1, 5)) as [number];
    const slopes = await backward(written([['input'], ['mul', 0, 0], ['add', 1, 1]], [x]));
    expect(slopes[0]).toBeCloseTo(4 * x, 8);
    expect(slopes[1]).toBe(2);
  });

  it('a line that leads nowhere has slope 0', async () => {
    const [x, y] = (await list(2, 6)) as [number, number];
    const recipe: Recipe = [['input'], ['input'], ['mul', 0, 1], ['tanh', 1], ['tanh', 0]];
    const slopes = await backward(written(recipe, [x, y]));
    expect(slopes.slice(1, 4)).toEqual([0, 0, 0]);
    expect(await backward(written([['input']], [x]))).toEqual([1]);
  });

  it('a whole neuron agrees with trying it out', async () => {
    const inputs = await list(5, 7); // w₁, x₁, w₂, x₂, b
    const neuron: Recipe = [
      ...Array.from({ length: 5 }, (): Recipe[number] => ['input']),
      ['mul', 0, 1],
      ['mul', 2, 3],
      ['add', 5, 6],
      ['add', 7, 4],
      ['tanh', 8],
      ['mul', 9, 0],
      ['add', 10, 2],
      ['tanh', 11],
    ];
    const last = (at: number[]) => written(neuron, at).at(-1)!.value;
    const slopes = await backward(written(neuron, inputs));
    for (const [i, value] of inputs.entries()) {
      const nudged = last(inputs.with(i, value + 1e-5)) - last(inputs.with(i, value - 1e-5));
      expect(slopes[i]).toBeCloseTo(nudged / 2e-5, 6);
    }
  });
});
