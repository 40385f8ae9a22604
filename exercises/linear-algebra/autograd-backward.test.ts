import { describe, expect, it } from 'vitest';
import { backward } from './autograd-backward.ts';

type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };
const input = (value: number): Line => ({ op: 'input', from: [], value });

describe('backward', () => {
  it('of 3 · 4 is 4, 3 and 1', async () => {
    const lines: Line[] = [input(3), input(4), { op: 'mul', from: [0, 1], value: 12 }];
    expect(await backward(lines)).toEqual([4, 3, 1]);
  });

  it('of x + x is 2', async () => {
    expect(await backward([input(5), { op: 'add', from: [0, 0], value: 10 }])).toEqual([2, 1]);
  });

  it('of (2 + 3) · 10 hands the 10 back to both summands', async () => {
    const lines: Line[] = [
      input(2),
      input(3),
      { op: 'add', from: [0, 1], value: 5 },
      input(10),
      { op: 'mul', from: [2, 3], value: 50 },
    ];
    expect(await backward(lines)).toEqual([10, 10, 10, 5, 1]);
  });
});
