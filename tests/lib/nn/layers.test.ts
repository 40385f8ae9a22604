/** The simple layers, against PyTorch's and against formulas. */

import * as lib from '@lectern/lib';
import { ones, randn, relu, type Tensor, tensor, zeros } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from '../support/backends.ts';
import { expectClose } from '../support/compare.ts';
import { expectGolden, goldenCases } from './golden.ts';

const { nn } = lib;
const golden = goldenCases('golden.generated.json');
const seed = 1;

forEachBackend('layers as in PyTorch', () => {
  it('Linear, Embedding, LayerNorm, RMSNorm', async () => {
    const linear = new nn.Linear(4, 3, { seed });
    await expectGolden(linear, golden('linear'), ({ input }) => linear.forward(input!));
    const embedding = new nn.Embedding(5, 3, { seed });
    const ids = ({ input }: Record<string, Tensor>) => input!.detach().cast('int64');
    await expectGolden(embedding, golden('embedding'), (x) => embedding.forward(ids(x)));
    const layerNorm = new nn.LayerNorm(4);
    await expectGolden(layerNorm, golden('layer norm'), (x) => layerNorm.forward(x.input!));
    const rms = new nn.RMSNorm(4);
    await expectGolden(rms, golden('rms norm'), ({ x }) => rms.forward(x!));
  });

  it('FeedForward and SwiGLU', async () => {
    for (const activation of ['relu', 'gelu'] as const) {
      const layer = new nn.FeedForward(4, 6, { activation, seed });
      await expectGolden(layer, golden(`feed-forward, ${activation}`), ({ x }) =>
        layer.forward(x!),
      );
    }
    const gated = new nn.SwiGLU(4, 6, { seed });
    await expectGolden(gated, golden('swiglu'), ({ x }) => gated.forward(x!));
  });
});

forEachBackend('layers', () => {
  it('Dropout drops while training, and keeps what is expected', async () => {
    const layer = new nn.Dropout({ p: 0.25, seed });
    const x = ones([100, 100]);
    const dropped = layer.forward(x);
    const values: number[] = (await dropped.array()).flat();
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(await dropped.mean().item()).toBeCloseTo(1, 1);
    expect(await layer.forward(x).sub(dropped).abs().max().item()).toBeGreaterThan(1);
    expect(layer.eval().forward(x)).toBe(x);
    await expectClose(new nn.Dropout({ p: 1, seed }).forward(ones([3])), [0, 0, 0]);
    expect(new nn.Dropout({ p: 0, seed }).forward(x)).toBe(x);
    expect(() => new nn.Dropout({ p: 1.5, seed })).toThrow('p is a probability');
  });

  it('Sequential goes through layers and functions', async () => {
    const [first, second] = [new nn.Linear(2, 3, { seed }), new nn.Linear(3, 1, { seed: 2 })];
    const model = new nn.Sequential(first, relu, second);
    const x = randn([4, 2], { seed: 3 });
    await expectClose(model.forward(x), second.forward(relu(first.forward(x))));
    expect(model.namedParameters().map(([name]) => name)).toEqual([
      'layers.0.weight',
      'layers.0.bias',
      'layers.2.weight',
      'layers.2.bias',
    ]);
    expect(model.modules()).toHaveLength(3);
  });

  it('freeze keeps gradients and optimizers away', async () => {
    const [first, second] = [new nn.Linear(2, 2, { seed }), new nn.Linear(2, 1, { seed })];
    const model = new nn.Sequential(first.freeze(), second);
    expect(model.parameters()).toHaveLength(4);
    expect(model.trainableParameters()).toEqual(second.parameters());
    model
      .forward(ones([1, 2]))
      .sum()
      .backward();
    expect(first.weight.grad).toBeNull();
    expect(second.weight.grad).not.toBeNull();
    first.weight.assign(zeros([2, 2]));
    expect(first.weight.mul(2).requiresGrad).toBe(false);
    first.freeze(false);
    first
      .forward(ones([1, 2]))
      .sum()
      .backward();
    await expectClose(first.weight.grad!, [
      [1, 1],
      [1, 1],
    ]);
  });
});

forEachBackend('positions', () => {
  it('sines of many wavelengths', async () => {
    const x = zeros([2, 3, 4]);
    const row = (p: number) => [Math.sin(p), Math.cos(p), Math.sin(p / 100), Math.cos(p / 100)];
    const rows = [0, 1, 2].map(row);
    await expectClose(new nn.SinusoidalPositions().forward(x), [rows, rows]);
    const positions = tensor([[7], [9]], { dtype: 'int64' });
    const later = new nn.SinusoidalPositions().forward(zeros([2, 1, 4]), { positions });
    await expectClose(later, [[row(7)], [row(9)]]);
    expect(() => nn.sinusoidalPositions(positions, 3)).toThrow('3 is not even');
  });

  it('learned ones, up to a greatest length', async () => {
    const layer = new nn.LearnedPositions(4, 2, { seed });
    const w: number[][] = await layer.weight.array();
    await expectClose(layer.forward(zeros([1, 3, 2])), [w.slice(0, 3)]);
    const positions = tensor([3, 0], { dtype: 'int64' });
    await expectClose(layer.forward(ones([1, 2, 2]), { positions }), [
      [w[3]!.map((v) => v + 1), w[0]!.map((v) => v + 1)],
    ]);
    expect(() => layer.forward(zeros([1, 5, 2]))).toThrow('there are 4 places, the input has 5');
  });

  it('rotary: products depend on the distance alone', async () => {
    for (const layout of ['half', 'interleaved'] as const) {
      const at = (place: number, seed: number) =>
        nn.rotary(randn([1, 1, 1, 6], { seed }), {
          layout,
          positions: tensor([place], { dtype: 'int64' }),
        });
      const product = (i: number, j: number) => at(i, 1).mul(at(j, 2)).sum();
      await expectClose(product(5, 3), product(12, 10), 1e-4);
      expect(await product(5, 3).sub(product(5, 4)).abs().item()).toBeGreaterThan(1e-3);
    }
    expect(() => nn.rotary(zeros([2, 3]))).toThrow('an even d, got [2, 3]');
  });

  it('rotary: each sequence of a batch may have its own places', async () => {
    const x = randn([2, 2, 3, 4], { seed });
    const positions = tensor([
      [0, 1, 2],
      [5, 6, 7],
    ]);
    const both = nn.rotary(x, { positions });
    await expectClose(both.narrow(0, 0, 1), nn.rotary(x.narrow(0, 0, 1)));
    const second = nn.rotary(x.narrow(0, 1, 1), { positions: positions.select(0, 1) });
    await expectClose(both.narrow(0, 1, 1), second);
  });
});
