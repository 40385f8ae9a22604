/** Schedules by the number of steps done. */

import { optim, Parameter, tensor } from '@lectern/lib';
import { expect, it } from 'vitest';

const values = (schedule: optim.Schedule, steps: readonly number[]) =>
  steps.map((step) => Number(schedule(step).toFixed(6)));

it('rise, fall and stay', () => {
  expect(values(optim.constant, [0, 9])).toEqual([1, 1]);
  expect(values(optim.linearWarmup(4), [0, 1, 3, 9])).toEqual([0.25, 0.5, 1, 1]);
  expect(values(optim.linearDecay({ steps: 10 }), [0, 5, 10, 11])).toEqual([1, 0.5, 0, 0]);
  const cosine = optim.cosine({ steps: 12, warmup: 2, floor: 0.1 });
  expect(values(cosine, [0, 1, 2, 7, 12, 99])).toEqual([0.5, 1, 1, 0.55, 0.1, 0.1]);
  expect(values(optim.exponential(0.5), [0, 3])).toEqual([1, 0.125]);
  expect(values(optim.stepwise(10, 0.1), [9, 10, 25])).toEqual([1, 0.1, 0.01]);
});

it('refuse what cannot be', () => {
  expect(() => optim.cosine({ steps: 0 })).toThrow('number of steps above 0');
  expect(() => optim.linearDecay({ steps: 5, warmup: 5 })).toThrow('leaves nothing');
});

it('scale the rate that each group was given', () => {
  const [p, q] = [new Parameter(tensor([1])), new Parameter(tensor([1]))];
  const groups = [{ parameters: [p] }, { parameters: [q], lr: 4 }];
  const optimizer = new optim.SGD(groups, { lr: 2 });
  optimizer.scaleLr(0.5);
  expect(optimizer.groups.map((group) => group.lr)).toEqual([1, 2]);
  optimizer.scaleLr(1);
  expect(optimizer.groups.map((group) => group.lr)).toEqual([2, 4]);
  optimizer.lr = 3;
  expect(optimizer.groups.map((group) => group.lr)).toEqual([3, 3]);
});
