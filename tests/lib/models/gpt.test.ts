import { GPT, gptNano, optim, type Tensor, tensor, trainStep } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { gpt2Like, ids, llamaLike } from './support.ts';

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
    const model = new GPT(llamaLike, { seed: 1 });
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
