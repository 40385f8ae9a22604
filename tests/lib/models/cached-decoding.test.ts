/** Reading with a cache gives what reading at once gives. */

import { nn, optim, realize, tensor } from '@lectern/lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settings, statistics } from '../../../lib/onnx/sessions.ts';
import { makeDecoder } from './support.ts';

function expectClose(found: Float32Array, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
}

describe('reading with a cache', () => {
  for (const [name, make] of Object.entries(makeDecoder)) {
    it(`gives the logits of reading at once, as ${name}`, async () => {
      const model = make();
      const rows = [
        [1, 4, 7, 10, 2, 5],
        [8, 3, 3, 0, 9, 6],
      ];
      const logits = await model.forward(tensor(rows, { dtype: 'int64' })).array<number[][][]>();
      const decoding = model.decode(2);
      let read = 0;
      for (const count of [3, 1, 2]) {
        const found = await decoding.read(rows.map((row) => row.slice(read, read + count)));
        read += count;
        for (const [b, values] of found.entries()) expectClose(values, logits[b]![read - 1]!);
      }
    });
  }

  it('sees what was done to a model that was read before', async () => {
    const model = makeDecoder.llama();
    const ids = [1, 4, 7];
    const expectAsAtOnce = async () => {
      const logits = await model.forward(tensor([ids], { dtype: 'int64' })).array<number[][][]>();
      expectClose((await model.decode().read([ids]))[0]!, logits[0]![2]!);
    };
    await expectAsAtOnce();
    for (const p of model.parameters()) p.assign(p.mul(1.5));
    await expectAsAtOnce();
    nn.addLoRA(model, { rank: 2, seed: 1 });
    for (const p of nn.loraParameters(model)) p.assign(p.add(0.1));
    await expectAsAtOnce();
    const layers = model.modules().filter((layer) => layer instanceof nn.LoRALinear);
    for (const layer of layers) layer.merge();
    await expectAsAtOnce();
    for (const layer of layers) layer.unmerge();
    await expectAsAtOnce();
  });

  it('starts afresh from the last half when the context is full', async () => {
    const model = makeDecoder.gpt2();
    const decoding = model.decode();
    await decoding.read([[1, 2, 3, 4, 5, 6]]);
    const [found] = await decoding.read([[7]]);
    const logits = await model.forward(tensor([[5, 6, 7]], { dtype: 'int64' })).array();
    expectClose(found!, logits[0][2]);
  });
});

describe('reading token by token', () => {
  const { smallGraph } = settings;
  beforeAll(() => {
    settings.smallGraph = 0;
  });
  afterAll(() => {
    settings.smallGraph = smallGraph;
    expect(statistics.refused).toBe(0);
  });

  it('sees what an optimizer made of the weights, and compiles them in while they stay', async () => {
    const model = makeDecoder.gpt2();
    await realize(...model.parameters());
    const ids = tensor([[3, 5]], { dtype: 'int64' });
    const check = async () => {
      const [logits] = await model.forward(ids).array<number[][][]>();
      const decoding = model.decode();
      for (const [place, token] of [3, 5].entries()) {
        expectClose((await decoding.read([[token]]))[0]!, logits![place]!);
      }
    };
    const compiledBy = async (work: () => Promise<void>) => {
      const before = statistics.compiled;
      await work();
      return statistics.compiled - before;
    };
    expect(await compiledBy(check)).toBe(2); // reading at once, and the step with these weights
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const change = async () => {
      model.loss(ids, ids).backward();
      await optimizer.step();
      optimizer.zeroGrad();
    };
    await change();
    expect(await compiledBy(check)).toBe(1); // the step that reads the weights at each run
    for (let i = 0; i < 3; i++) {
      await change();
      expect(await compiledBy(check)).toBe(0);
    }
    const often = async () => {
      for (let i = 0; i < 40; i++) await check();
    };
    expect(await compiledBy(often)).toBe(1); // these weights have stayed
  });
});
