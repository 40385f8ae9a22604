/** Checkpoints on disk. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadCheckpoint, nn, optim, saveCheckpoint, saveSafetensors, Trainer } from '@lectern/lib';
import { afterAll, expect, it } from 'vitest';
import { Net, Shuffled } from './support.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lectern-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

function setUp(seed: number) {
  const model = new Net(seed);
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const loss = model.loss.bind(model);
  const trainer = new Trainer({ model, optimizer, batches: new Shuffled(seed), loss, steps: 12 });
  return { model, trainer };
}

it('go on from a file bit for bit', async () => {
  const straight = setUp(1);
  const file = path.join(folder, 'run.safetensors');
  for await (const { step } of straight.trainer.train()) {
    if (step === 5) await saveCheckpoint(file, straight.trainer.checkpoint());
  }
  const resumed = setUp(2);
  await resumed.trainer.restore(await loadCheckpoint(file));
  expect(resumed.trainer.step).toBe(5);
  await resumed.trainer.run();
  for (const [i, parameter] of resumed.model.parameters().entries()) {
    expect(await parameter.data()).toEqual(await straight.model.parameters()[i]!.data());
  }
  expect(readdirSync(folder)).toEqual(['run.safetensors']);
});

it('refuses other files, and checkpoints of other models', async () => {
  const file = path.join(folder, 'other.safetensors');
  await saveSafetensors(file, new Net(1).stateDict());
  await expect(loadCheckpoint(file)).rejects.toThrow('is not a checkpoint');
  await saveSafetensors(file, {}, { metadata: { 'lectern.checkpoint': '{"step": 1}' } });
  await expect(loadCheckpoint(file)).rejects.toThrow('is not a checkpoint');
  writeFileSync(file, 'no');
  await expect(loadCheckpoint(file)).rejects.toThrow(file);

  const { trainer } = setUp(1);
  await saveCheckpoint(file, trainer.checkpoint());
  const layer = new nn.Linear(2, 1, { seed: 1 });
  const other = new Trainer({
    model: layer,
    optimizer: new optim.SGD(layer.parameters(), { lr: 1 }),
    batches: new Shuffled(1),
    loss: (x, y) => layer.forward(x).sub(y).sum(),
    steps: 1,
    generators: [],
  });
  await expect(other.restore(await loadCheckpoint(file))).rejects.toThrow('generators');
});
