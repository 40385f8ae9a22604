/** One training step: what it gives, its bounds, its parts. */

import {
  DivergedError,
  nn,
  ones,
  optim,
  Parameter,
  type Tensor,
  tensor,
  trainStep,
} from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from '../support/backends.ts';
import { expectClose } from '../support/compare.ts';
import { Net, Shuffled } from './support.ts';

forEachBackend('trainStep', () => {
  it('gives the loss before, the length of the gradient, and moves', async () => {
    const p = new Parameter(tensor([3, 4]));
    const step = trainStep(new optim.SGD([p], { lr: 0.5 }), (x) => p.mul(x).square().sum());
    expect(await step(tensor(1))).toEqual({ loss: 25, gradNorm: 10 });
    expect(await p.array()).toEqual([0, 0]);
    expect(p.grad).toBeNull();
  });

  it('shrinks gradients that are too long', async () => {
    const p = new Parameter(tensor([3, 4]));
    const optimizer = new optim.SGD([p], { lr: 1 });
    const step = trainStep(optimizer, () => p.square().sum(), { clipNorm: 5 });
    expect((await step()).gradNorm).toBe(10);
    await expectClose(p, [0, 0], 1e-6);
  });

  it('does in parts what it does at once', async () => {
    const [whole, parts] = [new Net(1, 0), new Net(1, 0)];
    const [x, y] = new Shuffled(3).next();
    const results = [];
    for (const [net, accumulate] of [
      [whole, 1],
      [parts, 4],
    ] as const) {
      const optimizer = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
      const step = trainStep(optimizer, (a, b) => net.loss(a!, b!), { accumulate });
      await step(x, y);
      results.push(await step(x, y));
    }
    expect(results[1]!.loss).toBeCloseTo(results[0]!.loss, 6);
    expect(results[1]!.gradNorm).toBeCloseTo(results[0]!.gradNorm, 6);
    for (const [i, parameter] of parts.parameters().entries()) {
      await expectClose(parameter, whole.parameters()[i]!, 1e-6);
    }
  });

  it('takes batches of any size, and forgets shapes that are long past', async () => {
    const p = new Parameter(tensor([2]));
    const step = trainStep(new optim.SGD([p], { lr: 0 }), (x) => p.mul(x!).sum());
    const sizes = Array.from({ length: 70 }, (_, i) => i + 1);
    for (const size of [...sizes, 1]) {
      expect((await step(ones([size]))).loss).toBe(2 * size);
    }
  });

  it('leaves everything as it is where the loss is no number', async () => {
    const layer = new nn.Linear(1, 1, { seed: 1 });
    const optimizer = new optim.AdamW(layer.parameters());
    const step = trainStep(optimizer, (x: Tensor) => layer.forward(x).sum());
    const before = layer.stateDict();
    await expect(step(tensor([[NaN]]))).rejects.toThrow(DivergedError);
    await expect(step(tensor([[NaN]]))).rejects.toThrow('the loss is NaN');
    await expectClose(layer.weight, before.weight!, 0);
    expect(optimizer.stateDict().steps).toEqual([0, 0]);
  });
});

it('refuses parts that do not come out even', async () => {
  const p = new Parameter(tensor([1]));
  const step = trainStep(new optim.SGD([p], { lr: 1 }), (x) => p.mul(x!).sum(), { accumulate: 2 });
  await expect(step(tensor([1, 2, 3]))).rejects.toThrow('[3] cannot be cut into 2 equal parts');
});

it('refuses bounds and parts that would turn gradients around, or leave them out', () => {
  const optimizer = new optim.SGD(new Net(1).parameters(), { lr: 1 });
  const make = (options: { clipNorm?: number; accumulate?: number }) => () =>
    trainStep(optimizer, (x) => x!.sum(), options);
  for (const clipNorm of [-1, 0, Number.NaN]) {
    expect(make({ clipNorm })).toThrow(`clipNorm must be above 0, got ${clipNorm}`);
  }
  for (const accumulate of [0, 1.5]) {
    expect(make({ accumulate })).toThrow(`a whole number from 1 on, not ${accumulate}`);
  }
});
