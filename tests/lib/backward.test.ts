/** Gradients in PyTorch's manner: `backward`, `grad`, `noGrad`; parameters and what they start from. */

import * as lib from '@lectern/lib';
import { grad, nn, noGrad, Parameter, type Tensor, tensor } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose } from './support/compare.ts';

forEachBackend('backward', () => {
  it('leaves gradients at what requires them', async () => {
    const a = tensor([1, 2, 3], { requiresGrad: true });
    const b = tensor([4, 5, 6]);
    a.mul(b).add(a.square()).sum().backward();
    await expectClose(a.grad!, [6, 9, 12]);
    expect(b.grad).toBeNull();
  });

  it('adds to what is there', async () => {
    const a = tensor([1, 2], { requiresGrad: true });
    a.sum().backward();
    a.mul(3).sum().backward();
    await expectClose(a.grad!, [4, 4]);
    a.grad = null;
    a.sum().backward();
    await expectClose(a.grad!, [1, 1]);
  });

  it('takes weights where the result is not one number', async () => {
    const a = tensor([1, 2], { requiresGrad: true });
    expect(() => a.square().backward()).toThrow('is not one number');
    expect(() => a.square().backward(tensor(1))).toThrow('of its own shape');
    a.square().backward(tensor([1, 10]));
    await expectClose(a.grad!, [2, 40]);
  });

  it('works after the result has been computed', async () => {
    const a = tensor([2], { requiresGrad: true });
    const loss = a.pow(3).sum();
    expect(await loss.item()).toBe(8);
    loss.backward();
    await expectClose(a.grad!, [12]);
  });

  it('stops at detach and remembers nothing within noGrad', () => {
    const a = tensor([2], { requiresGrad: true });
    expect(() => a.detach().sum().backward()).toThrow('requires a gradient');
    expect(() => noGrad(() => a.mul(2).sum()).backward()).toThrow('requires a gradient');
    expect(a.mul(2).requiresGrad).toBe(true);
    expect(() => noGrad(async () => a)).toThrow('must not be async');
  });

  it('says what has no gradient', () => {
    const a = tensor([1, 2]);
    const jumps = (f: (x: Tensor) => Tensor) => () => grad(f)(a);
    expect(jumps((x) => x.argmax(0).cast('float32'))).toThrow('argmax, which has no gradient');
    expect(jumps((x) => x.gt(1).cast('float32').sum())).toThrow('lt, which has no gradient');
    expect(() => tensor([1], { dtype: 'int64', requiresGrad: true })).toThrow('not int64');
  });
});

forEachBackend('parameters', () => {
  it('are used with the values they have at that moment', async () => {
    const p = new Parameter(tensor([1, 2]));
    const before = p.mul(10);
    p.assign(tensor([3, 4]));
    await expectClose(p.mul(10), [30, 40]);
    await expectClose(before, [10, 20]);
    expect(() => p.assign(tensor([1]))).toThrow('a parameter [2] cannot take');
  });

  it('get gradients through the layers that hold them', async () => {
    const layer = new nn.Linear(2, 1, { seed: 1 });
    layer
      .forward(tensor([[2, 5]]))
      .sum()
      .backward();
    await expectClose(layer.weight.grad!, [[2], [5]]);
    await expectClose(layer.bias!.grad!, [1]);
  });

  it('may be shared, and then count once', async () => {
    class Tied extends nn.Module {
      readonly first = new nn.Linear(2, 2, { bias: false, seed: 1 });
      readonly again = [this.first];
      override forward(x: Tensor): Tensor {
        return this.again[0]!.forward(this.first.forward(x));
      }
    }
    const model = new Tied();
    expect(model.parameters()).toHaveLength(1);
    expect(model.namedParameters().map(([name]) => name)).toEqual([
      'first.weight',
      'again.0.weight',
    ]);
    const copy = model.withParameters([
      tensor([
        [1, 0],
        [0, 1],
      ]),
    ]);
    await expectClose(copy.forward(tensor([[3, 4]])), [[3, 4]]);
  });

  it('are copied out and taken in by name', async () => {
    const [a, b] = [new nn.LayerNorm(2), new nn.LayerNorm(2)];
    const state = a.stateDict();
    a.weight.assign(tensor([7, 8]));
    b.loadStateDict(a.stateDict());
    await expectClose(b.weight, [7, 8]);
    a.loadStateDict(state);
    await expectClose(a.weight, [1, 1]);
    expect(() => b.loadStateDict({ weight: tensor([1, 2]) })).toThrow('missing: bias');
    expect(() => b.loadStateDict({ ...state, gain: tensor(1) })).toThrow('not in this model: gain');
    expect(() => b.loadStateDict({ ...state, bias: tensor([1]) })).toThrow('bias has shape [2]');
  });

  it('train() and eval() reach every layer', () => {
    const model = new nn.MultiHeadAttention(4, 2, { seed: 1 });
    expect(model.eval().query.training).toBe(false);
    expect(model.train().output.training).toBe(true);
    expect(model.modules()).toHaveLength(5);
    expect(lib.nn.Parameter).toBe(Parameter);
  });
});
