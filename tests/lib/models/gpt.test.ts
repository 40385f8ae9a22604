import { GPT, type GPTConfig, gptNano, optim, type Tensor, tensor, trainStep } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { ids } from './support.ts';

const sizes = { vocabularySize: 11, contextLength: 6, layers: 2, heads: 4, width: 8 };
const gpt2Like: GPTConfig = { ...sizes, activation: 'geluTanh' };
const llamaLike: GPTConfig = {
  ...sizes,
  width: 16,
  kvHeads: 2,
  ffWidth: 24,
  bias: false,
  activation: 'swiglu',
  norm: 'rms',
  positions: 'rotary',
  tiedEmbeddings: false,
};

describe('reading with a cache', () => {
  for (const [name, config] of [
    ['gpt2', gpt2Like],
    ['llama', llamaLike],
  ] as const) {
    it(`gives the logits of reading at once, as ${name}`, async () => {
      const model = new GPT(config, { seed: 1 });
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
        for (const [b, values] of found.entries()) {
          for (const [i, value] of values.entries()) {
            expect(value).toBeCloseTo(logits[b]![read - 1]![i]!, 5);
          }
        }
      }
    });
  }

  it('starts afresh from the last half when the context is full', async () => {
    const model = new GPT(gpt2Like, { seed: 1 });
    const decoding = model.decode();
    await decoding.read([[1, 2, 3, 4, 5, 6]]);
    const [found] = await decoding.read([[7]]);
    const logits = await model.forward(tensor([[5, 6, 7]], { dtype: 'int64' })).array();
    for (const [i, value] of found!.entries()) expect(value).toBeCloseTo(logits[0][2][i], 5);
  });
});

describe('GPT', () => {
  it('starts close to guessing', async () => {
    const model = new GPT(gptNano, { seed: 1 });
    const loss = await model.loss(ids(65, 2, 8, 3), ids(65, 2, 8, 7)).item();
    expect(Math.abs(loss - Math.log(65))).toBeLessThan(0.1);
  });

  it('starts with the deviation asked for, smaller where it ends on the stream', async () => {
    const config = { ...gptNano, layers: 2, initStd: 0.1 };
    const deviations = new Map(
      await Promise.all(
        new GPT(config, { seed: 1 })
          .namedParameters()
          .map(async ([name, p]) => [name, await p.square().mean().sqrt().item()] as const),
      ),
    );
    expect(deviations.get('tokenEmbedding.weight')).toBeCloseTo(0.1, 2);
    expect(deviations.get('blocks.1.feedForward.up.weight')).toBeCloseTo(0.1, 2);
    expect(deviations.get('blocks.1.attention.output.weight')).toBeCloseTo(0.05, 2); // 0.1 / √4
    expect(deviations.get('blocks.0.feedForward.down.weight')).toBeCloseTo(0.05, 2);
    expect(deviations.get('blocks.0.attention.qkv.bias')).toBe(0);
    expect(deviations.get('finalNorm.weight')).toBe(1);
  });

  it('never looks ahead', async () => {
    const model = new GPT(llamaLike, { seed: 1 });
    const seen = await model.forward(tensor([[1, 2, 3, 4]], { dtype: 'int64' })).array();
    const other = await model.forward(tensor([[1, 2, 3, 9]], { dtype: 'int64' })).array();
    expect(other[0].slice(0, 3)).toEqual(seen[0].slice(0, 3));
    expect(other[0][3]).not.toEqual(seen[0][3]);
  });

  it('uses dropout only while it is trained', async () => {
    const model = new GPT({ ...gpt2Like, dropout: 0.5 }, { seed: 1 });
    const logits = async () => (await model.forward(ids(11, 1, 4, 3)).data()).join();
    expect(await logits()).not.toBe(await logits());
    model.eval();
    expect(await logits()).toBe(await logits());
  });

  it('learns to repeat a pattern', async () => {
    const model = new GPT({ ...llamaLike, width: 16 }, { seed: 1 });
    const [tokens, targets] = [tensor([[1, 5, 2, 8, 3]]), tensor([[5, 2, 8, 3, 1]])].map((x) =>
      x.cast('int64'),
    ) as [Tensor, Tensor];
    const optimizer = new optim.AdamW(model.parameters(), { lr: 0.02 });
    const step = trainStep(optimizer, (x, y) => model.loss(x!, y!));
    for (let i = 0; i < 40; i++) await step(tokens, targets);
    expect(await model.loss(tokens, targets).item()).toBeLessThan(0.3);
  });

  it('says what does not fit', () => {
    expect(() => new GPT({ ...gpt2Like, heads: 3 }, { seed: 1 })).toThrow('3 heads must divide');
    expect(() => new GPT({ ...llamaLike, width: 12 }, { seed: 1 })).toThrow('even width');
    const model = new GPT(gpt2Like, { seed: 1 });
    expect(() => model.forward(ids(11, 1, 7, 3))).toThrow('length ≤ 6, got [1,7]');
  });
});
