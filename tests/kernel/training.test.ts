/** Training in a notebook: stopping it, looking at the model, going on. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  const { error } = await kernel.execute(`
    import { GPT, optim, randint, Trainer, type Tensor } from '@lectern/lib';
    const model = new GPT(
      { vocabularySize: 17, contextLength: 16, layers: 2, heads: 2, width: 32 },
      { seed: 1 },
    );
    let drawn = 0;
    const draw = () => randint(0, 17, [4, 16], { seed: drawn++ });
    const trainer = new Trainer({
      model,
      optimizer: new optim.AdamW(model.parameters()),
      loss: (x: Tensor, y: Tensor) => model.loss(x, y),
      batches: { next: (): [Tensor, Tensor] => [draw(), draw()], state: () => drawn, restore: () => {} },
      steps: 1_000_000,
    });
    const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));`);
  expect(error).toBeUndefined();
});
afterAll(() => kernel.stop());

/** How many steps are done in the background, and whether the model is sound. */
async function expectStill(): Promise<void> {
  const { result } = await kernel.execute(`
    await rest(50);
    const stood = trainer.step;
    await rest(100);
    [trainer.step - stood, Number.isFinite(await model.loss(draw(), draw()).item())]`);
  expect(result).toBe('[ 0, true ]');
}

async function expectGoingOn(): Promise<void> {
  const { result, error } = await kernel.execute(`
    const from = trainer.step;
    for await (const { step } of trainer.train()) if (step === from + 3) break;
    trainer.step - from`);
  expect(error).toBeUndefined();
  expect(result).toBe('3');
}

it.each([
  ['before the first step is compiled', 0],
  ['while it is compiled', 150],
  ['in the middle', 20],
])('stops %s, and goes on', async (_, wait) => {
  const { id, executed } = kernel.begin(`
    console.log('begun');
    await trainer.run({ onStep: () => {} });`);
  await kernel.untilPrinted(id, 'begun');
  await new Promise((resolve) => setTimeout(resolve, wait));
  await kernel.interrupt();
  expect((await executed).error?.ename).toBe('KeyboardInterrupt');
  await expectStill();
  await expectGoingOn();
});
