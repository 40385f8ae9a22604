/** Optimizers beside PyTorch's (golden.json, written by generate.py), their groups and states. */

import { optim, Parameter, randn, type Tensor, tensor } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from '../support/backends.ts';
import golden from './golden.json' with { type: 'json' };

const start = (n: number, shift = 0) =>
  tensor(Array.from({ length: n }, (_, i) => Math.fround(Math.sin(1.7 * i + 0.3)) + shift));

/** The loss of generate.py. */
function lossOf(a: Tensor, b: Tensor, step: number): Tensor {
  const ca = tensor(Array.from({ length: 6 }, (_, i) => Math.cos(0.9 * i + 0.5 * step)));
  const cb = tensor(Array.from({ length: 5 }, (_, i) => Math.sin(0.4 * i - 0.8 * step)));
  const distance = a
    .sub(ca.reshape([3, 2]))
    .square()
    .sum()
    .add(b.mul(b).sub(cb).square().sum());
  return distance.add(a.sum().mul(b.sum()));
}

type Case = (typeof golden.cases)[keyof typeof golden.cases];

/** PyTorch's names of options in our spelling. */
function optionsOf({ options }: Case): Record<string, never> {
  const spelled = Object.entries(options).map(([name, value]) => [
    name.replace(/_(.)/, (_, letter) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(spelled);
}

const makers: Record<string, (parameters: never, options: never) => optim.Optimizer> = {
  SGD: (parameters, options) => new optim.SGD(parameters, options) as never,
  Adam: (parameters, options) => new optim.Adam(parameters, options) as never,
  AdamW: (parameters, options) => new optim.AdamW(parameters, options) as never,
};

const closeTo = (actual: number[], expected: number[]) => {
  const size = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(actual[i]! - value) / size, `number ${i}`).toBeLessThan(1e-6);
  }
};

forEachBackend('optimizers', () => {
  for (const [title, one] of Object.entries(golden.cases)) {
    it(`move as PyTorch's do: ${title}`, async () => {
      const [a, b] = [new Parameter(start(6).reshape([3, 2])), new Parameter(start(5, 0.5))];
      const parameters =
        title === 'groups'
          ? [
              { parameters: [a], lr: 0.05 },
              { parameters: [b], weightDecay: 0 },
            ]
          : [a, b];
      const optimizer = makers[one.optimizer]!(parameters as never, optionsOf(one) as never);
      const kept: number[][] = [];
      const norms: number[] = [];
      for (let step = 1; step <= 20; step++) {
        optimizer.zeroGrad();
        lossOf(a, b, step).backward();
        if (title.includes('without gradient') && step % 3 === 0) a.grad = null;
        const norm = title === 'clipped' ? optim.clipGradNorm([a, b], 1.5) : null;
        await optimizer.step();
        if (norm !== null) norms.push(await norm.item());
        if (golden.kept.includes(step))
          kept.push([...(await a.data()), ...(await b.data())] as never);
      }
      for (const [i, expected] of one.kept.entries()) closeTo(kept[i]!, expected);
      closeTo(norms, one.norms);
    });
  }

  it('go on exactly from a state', async () => {
    const make = (p: Parameter) => new optim.AdamW([p], { lr: 0.1 });
    const steps = async (p: Parameter, optimizer: optim.AdamW, from: number, to: number) => {
      for (let step = from; step < to; step++) {
        optimizer.zeroGrad();
        p.sub(tensor([step, 1, -step]))
          .square()
          .sum()
          .backward();
        await optimizer.step();
      }
    };
    const p = new Parameter(randn([3], { seed: 1 }));
    const optimizer = make(p);
    await steps(p, optimizer, 0, 5);
    const [values, state] = [p.copy(), optimizer.stateDict()];
    await steps(p, optimizer, 5, 9);
    const q = new Parameter(values);
    const resumed = make(q);
    resumed.lr = 7;
    await resumed.loadStateDict(state);
    await steps(q, resumed, 5, 9);
    expect(await q.array()).toEqual(await p.array());
  });

  it('compute losses along with gradients, and take parameters that were assigned', async () => {
    const p = new Parameter(tensor([1, 2]));
    const optimizer = new optim.SGD([p], { lr: 0.5 });
    const loss = p.square().sum();
    loss.backward();
    await optimizer.step();
    expect(await loss.item()).toBe(5);
    expect(await p.array()).toEqual([0, 0]);
    p.assign(tensor([3, 3]));
    const early = p.mul(2);
    optimizer.zeroGrad();
    p.sum().backward();
    await optimizer.step();
    expect(await p.array()).toEqual([2.5, 2.5]);
    expect(await early.array()).toEqual([6, 6]);
    const late = p.mul(2);
    await optimizer.step();
    await expect(late.array()).rejects.toThrow('await it before step()');
  });

  it('add up gradients over several losses', async () => {
    const p = new Parameter(tensor([1]));
    const optimizer = new optim.SGD([p], { lr: 1 });
    const losses = [1, 2, 3].map((x) => p.mul(x).sum());
    for (const loss of losses) loss.backward();
    await optimizer.step();
    expect(await p.array()).toEqual([-5]);
    expect(await losses[1]!.item()).toBe(2);
  });
});

it('refuses what cannot work', () => {
  const p = new Parameter(tensor([1]));
  expect(() => new optim.AdamW([])).toThrow('there are no parameters');
  expect(() => new optim.AdamW([tensor([1]) as never])).toThrow('entry 0 is no Parameter');
  expect(() => new optim.AdamW([p, p])).toThrow('twice');
  expect(() => new optim.AdamW([p], { lr: -1 })).toThrow('lr must not be negative');
  expect(() => new optim.SGD([p], {} as { lr: number })).toThrow('needs a learning rate');
  expect(() => new optim.Adam([p], { betas: [0.9, 1] })).toThrow('betas');
  expect(() => new optim.SGD([p], { lr: 1, nesterov: true })).toThrow('nesterov needs momentum');
  expect(() => optim.clipGradNorm([p], 0)).toThrow('above 0');
});

it('refuses the state of another optimizer', async () => {
  const p = new Parameter(tensor([1]));
  const state = new optim.SGD([p], { lr: 1, momentum: 0.9 }).stateDict();
  await expect(new optim.AdamW([p]).loadStateDict(state)).rejects.toThrow('state of optim.SGD');
});

it('clips by value', async () => {
  const p = new Parameter(tensor([1, 1, 1]));
  p.mul(tensor([-5, 0.5, 5]))
    .sum()
    .backward();
  optim.clipGradValue([p], 1);
  expect(await p.grad!.array()).toEqual([-1, 0.5, 1]);
});
