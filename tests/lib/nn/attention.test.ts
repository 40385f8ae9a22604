/** Attention and the blocks of a Transformer, against PyTorch's. */

import { arange, cat, nn, ones, randn, realize, tensor, zeros } from '@lectern/lib';
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
      const { heads, kvHeads } = layer;
      const x = randn([2, 7, 16], { seed: 2 });
      const whole = layer.forward(x, { isCausal: true });
      const sizes = { layers: 1, capacity: 7, batch: 2, heads: kvHeads, headWidth: 4 };
      const cache = new nn.KeyValueCache(sizes);
      for (const count of [3, 1, 1, 2]) {
        const at = cache.length;
        const mask = cache.mask(count, heads / kvHeads);
        const places = arange(count).add(at);
        const part = x.narrow(1, at, count);
        const { y, k, v } = layer.forwardCached(part, cache.past[0]!, mask, places);
        const news = cat([k, v], 1);
        await realize(y, news);
        cache.append(news, count);
        await expectClose(y, whole.narrow(1, at, count), 1e-4);
      }
      expect(cache.length).toBe(7);
    }
  });

  it('says what does not fit', async () => {
    const sizes = { layers: 1, capacity: 2, batch: 1, heads: 1, headWidth: 2 };
    const cache = new nn.KeyValueCache(sizes);
    const rows = await ones([3, 4]).realize();
    expect(() => cache.append(rows, 3)).toThrow('3 new tokens in [3, 4] do not fit behind 0 of');
    expect(() => cache.append(ones([1, 4]), 1)).toThrow('have not been computed');
    expect(() => cache.append(rows, 4)).toThrow('do not fit');
  });
});
