/** Runs: progress, exact resume, stopping, divergence. */

import { meanLoss, optim, type Progress, type Tensor, Trainer } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from '../support/backends.ts';
import { Net, Shuffled } from './support.ts';

function setUp(seed = 1, more: { steps?: number; checkpointEvery?: number } = {}) {
  const model = new Net(seed);
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.02 });
  const batches = new Shuffled(5);
  let time = 0;
  const loss = (x: Tensor, y: Tensor) => model.loss(x, y);
  const trainer = new Trainer({
    model,
    optimizer,
    batches,
    loss,
    steps: 20,
    schedule: optim.cosine({ steps: 20, warmup: 4 }),
    clipNorm: 1,
    evaluate: () => meanLoss({ model, loss, batches: new Shuffled(6), count: 3 }),
    evaluateEvery: 8,
    now: () => (time += 10),
    ...more,
  });
  return { model, optimizer, batches, trainer };
}

const valuesOf = async (model: Net) => {
  const state = Object.entries(model.stateDict());
  return Promise.all(state.map(async ([name, x]) => [name, await x.array()]));
};

forEachBackend('a run', () => {
  it('goes on from a checkpoint bit for bit', async () => {
    const straight = setUp();
    const losses: number[] = [];
    await straight.trainer.run({ onStep: ({ loss }) => void losses.push(loss) });

    const first = setUp();
    for await (const { step } of first.trainer.train()) if (step === 10) break;
    const checkpoint = first.trainer.checkpoint();
    for await (const { step } of first.trainer.train()) if (step === 13) break;

    const second = setUp(77);
    await second.trainer.restore(checkpoint);
    const later: number[] = [];
    await second.trainer.run({ onStep: ({ loss }) => void later.push(loss) });
    expect(later).toEqual(losses.slice(10));
    expect(await valuesOf(second.model)).toEqual(await valuesOf(straight.model));
    expect(second.trainer.best).toEqual(straight.trainer.best);

    await first.trainer.restore(checkpoint);
    await first.trainer.run();
    expect(await valuesOf(first.model)).toEqual(await valuesOf(straight.model));
  });
});

it('says how it goes', async () => {
  const { trainer, model } = setUp();
  const all: Progress[] = [];
  const last = await trainer.run({ onStep: (progress) => void all.push(progress) });
  expect(last).toEqual(all.at(-1));
  expect(all.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(all[0]!.learningRate).toBeCloseTo(0.005);
  expect(all[19]!.loss).toBeLessThan(all[0]!.loss);
  expect(all.filter((x) => x.validationLoss !== null).map((x) => x.step)).toEqual([8, 16, 20]);
  expect(trainer.best!.loss).toBe(Math.min(...all.map((x) => x.validationLoss ?? Infinity)));
  expect(last!.secondsLeft).toBe(0);
  expect(last!.tokensPerSecond).toBeGreaterThan(0);
  expect(model.training).toBe(true);
});

it('stops at a signal and goes on', async () => {
  const { trainer } = setUp();
  const abort = new AbortController();
  const onStep = ({ step }: Progress) => {
    if (step === 7) abort.abort();
  };
  const stopped = await trainer.run({ signal: abort.signal, onStep });
  expect(stopped!.step).toBe(7);
  expect((await trainer.run())!.step).toBe(20);
  expect(await trainer.run()).toBeNull();
});

it('lets others have their turn', async () => {
  const { trainer } = setUp(1, { steps: 1_000_000 });
  const abort = new AbortController();
  setTimeout(() => abort.abort());
  const last = await trainer.run({ signal: abort.signal });
  expect(last!.step).toBeLessThan(1_000_000);
});

it('keeps the last good model and checkpoint where the loss is no number', async () => {
  const { trainer, model, optimizer, batches } = setUp(1, { checkpointEvery: 5 });
  for await (const { step } of trainer.train()) if (step === 7) break;
  const good = await valuesOf(model);
  batches.broken = true;
  await expect(trainer.run()).rejects.toThrow('Trainer, step 8: the loss is NaN');
  expect(await valuesOf(model)).toEqual(good);
  expect(trainer.step).toBe(7);
  expect(trainer.lastCheckpoint!.step).toBe(5);
  batches.broken = false;
  await trainer.restore(trainer.lastCheckpoint!);
  optimizer.lr = 0.001;
  expect((await trainer.run())!.step).toBe(20);
});

it('keeps the checkpoint before a step that goes too far', async () => {
  const { model, batches } = setUp();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
  const loss = (x: Tensor, y: Tensor) => model.loss(x, y);
  const saved: number[] = [];
  const hasty = new Trainer({
    ...{ model, optimizer, batches, loss, steps: 9, checkpointEvery: 1 },
    onCheckpoint: ({ step }) => void saved.push(step),
  });
  const running = hasty.run({
    onStep: ({ step }) => {
      if (step === 3) optimizer.lr = 1e40;
    },
  });
  await expect(running).rejects.toThrow(
    /^Trainer, step 4: first\.weight has numbers that are not finite; the checkpoint of step 3 is kept/,
  );
  expect(saved).toEqual([1, 2, 3]);
  await hasty.restore(hasty.lastCheckpoint!);
  optimizer.lr = 0.01;
  expect((await hasty.run())!.step).toBe(9);
});

it('changes nothing where a part of a checkpoint does not fit', async () => {
  const [one, two] = [setUp(1), setUp(2)];
  for await (const { step } of one.trainer.train()) if (step === 3) break;
  for await (const { step } of two.trainer.train()) if (step === 4) break;
  const [foreign, before] = [two.trainer.checkpoint(), await valuesOf(one.model)];
  const straight = setUp(1);
  await straight.trainer.run();
  const wrong = [
    { ...foreign, optimizer: { ...foreign.optimizer, algorithm: 'optim.SGD' } },
    { ...foreign, data: null },
  ];
  for (const checkpoint of wrong) {
    await expect(one.trainer.restore(checkpoint)).rejects.toThrow();
    expect(await valuesOf(one.model)).toEqual(before);
    expect(one.trainer.step).toBe(3);
  }
  await one.trainer.run();
  expect(await valuesOf(one.model)).toEqual(await valuesOf(straight.model));
});

it('refuses what cannot be', async () => {
  expect(() => setUp(1, { steps: 0 })).toThrow('steps must be a whole number above 0');
  const { trainer } = setUp();
  const other = { ...trainer.checkpoint(), random: [] };
  await expect(trainer.restore(other)).rejects.toThrow('state of 0 generators, this run has 1');
});
