/** Attention and the blocks of a Transformer, against PyTorch's. */

import { nn, ones, randn, type Tensor, tensor, zeros } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from '../support/backends.ts';
import { expectClose } from '../support/compare.ts';
import { expectGolden, goldenCases } from './golden.ts';

const golden = goldenCases('golden.generated.json');
const seed = 1;

forEachBackend('attention as in PyTorch', () => {
  it('cross-attention with biases', async () => {
    const layer = new nn.MultiHeadAttention(8, 2, { bias: true, seed });
    await expectGolden(layer, golden('cross-attention'), ({ x, context }) =>
      layer.forward(x!, { context: context! }),
    );
  });

  it('grouped queries, rotary positions, causal', async () => {
    const layer = new nn.MultiHeadAttention(16, 4, { kvHeads: 2, rotary: {}, seed });
    await expectGolden(layer, golden('grouped, causal, rotary halves'), ({ x }) =>
      layer.forward(x!, { isCausal: true }),
    );
    const paired = new nn.MultiHeadAttention(8, 2, {
      bias: true,
      kvHeads: 1,
      rotary: { layout: 'interleaved', base: 100 },
      seed,
    });
    await expectGolden(paired, golden('one key head, rotary neighbours'), ({ x }) =>
      paired.forward(x!),
    );
  });

  it('a mask that is added', async () => {
    const layer = new nn.MultiHeadAttention(8, 2, { bias: true, seed });
    await expectGolden(layer, golden('additive mask'), ({ x, mask }) =>
      layer.forward(x!, { mask: mask! }),
    );
  });

  it('encoder blocks', async () => {
    const post = new nn.EncoderBlock(8, 2, { hidden: 12, seed });
    await expectGolden(post, golden('encoder block, post'), ({ x }) => post.forward(x!));
    const pre = new nn.EncoderBlock(8, 2, {
      hidden: 12,
      norm: 'pre',
      activation: 'gelu',
      seed,
    });
    await expectGolden(pre, golden('encoder block, pre, gelu'), ({ x }) => pre.forward(x!));
  });

  it('decoder blocks', async () => {
    for (const norm of ['post', 'pre'] as const) {
      const block = new nn.DecoderBlock(8, 2, { hidden: 12, norm, seed });
      await expectGolden(block, golden(`decoder block, ${norm}`), ({ x, context }) =>
        block.forward(x!, context!),
      );
    }
  });
});

forEachBackend('attention', () => {
  it('drops weights while training only', async () => {
    const layer = new nn.MultiHeadAttention(8, 2, { dropout: 0.5, seed });
    const plain = new nn.MultiHeadAttention(8, 2, { seed });
    const x = randn([1, 4, 8], { seed: 2 });
    const difference = () => layer.forward(x).sub(plain.forward(x)).abs().max().item();
    expect(await difference()).toBeGreaterThan(1e-3);
    layer.eval();
    expect(await difference()).toBeLessThan(1e-6);
  });

  it('blocks drop while training only', async () => {
    const block = new nn.DecoderBlock(8, 2, { dropout: 0.5, seed });
    const [x, context] = [randn([1, 3, 8], { seed: 2 }), randn([1, 2, 8], { seed: 3 })];
    const twice = () => block.forward(x, context).sub(block.forward(x, context)).abs().max();
    expect(await twice().item()).toBeGreaterThan(1e-2);
    block.eval();
    expect(await twice().item()).toBe(0);
  });

  it('a context can be masked in a decoder block', async () => {
    const block = new nn.DecoderBlock(8, 2, { seed });
    const [x, context] = [randn([1, 3, 8], { seed: 2 }), randn([1, 4, 8], { seed: 3 })];
    const contextMask = tensor([true, true, false, false]);
    const short = block.forward(x, context.narrow(1, 0, 2));
    await expectClose(block.forward(x, context, { contextMask }), short);
  });

  it('says what does not fit', () => {
    expect(() => new nn.MultiHeadAttention(8, 3, { seed })).toThrow('3 heads do not divide');
    expect(() => new nn.MultiHeadAttention(8, 4, { kvHeads: 3, seed })).toThrow(
      '3 heads of keys do not divide 4',
    );
    const layer = new nn.MultiHeadAttention(8, 2, { rotary: {}, seed });
    const x = zeros([1, 2, 8]);
    expect(() => layer.forward(zeros([2, 8]))).toThrow('needs [batch, length, dModel]');
    expect(() => layer.forward(x, { context: x })).toThrow('of a text to itself');
  });
});

forEachBackend('key-value cache', () => {
  it('gives token by token what all at once give', async () => {
    for (const design of [{}, { kvHeads: 2, rotary: {} }]) {
      const layer = new nn.MultiHeadAttention(16, 4, { ...design, bias: true, seed });
      const x = randn([2, 7, 16], { seed: 2 });
      const whole = layer.forward(x, { isCausal: true });
      const shape = [2, layer.kvHeads, 8, 4];
      const [keys, values] = [await zeros(shape).realize(), await zeros(shape).realize()];
      const parts: Tensor[] = [];
      let at = 0;
      for (const count of [3, 1, 1, 2]) {
        const length = tensor(at, { dtype: 'int64' });
        const cache = new nn.KeyValueCache(keys, values, length);
        const part = layer.forward(x.narrow(1, at, count), { cache });
        const { added } = cache;
        await Promise.all([part.realize(), added.keys.realize(), added.values.realize()]);
        nn.store(keys, added.keys, at);
        nn.store(values, added.values, at);
        await expectClose(part, whole.narrow(1, at, count), 1e-4);
        parts.push(part);
        at += count;
      }
      expect(parts).toHaveLength(4);
    }
  });

  it('says what does not fit', async () => {
    const keys = await zeros([1, 1, 2, 2]).realize();
    const cache = new nn.KeyValueCache(keys, keys, tensor(0, { dtype: 'int64' }));
    expect(() => cache.added).toThrow('nothing has attended');
    const rows = await ones([1, 1, 2, 2]).realize();
    expect(() => nn.store(keys, rows, 1)).toThrow('2 places from 1 on do not fit');
    expect(() => nn.store(keys, ones([1, 1, 1, 2]), 0)).toThrow('has not been computed');
    const layer = new nn.MultiHeadAttention(2, 1, { seed });
    const options = { cache, mask: ones([1, 1]) };
    expect(() => layer.forward(zeros([1, 1, 2]), options)).toThrow('leave out mask');
  });
});
