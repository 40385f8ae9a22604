/** Names that an exercise takes away are gone everywhere, and everything that is built on them. */

import * as lib from '@lectern/lib';
import { arange, grad, nn, ones, randn, type Tensor, tensor } from '@lectern/lib';
import { forbid, forbiddableNames } from '@lectern/lib/forbid';
import { afterEach, describe, expect, it } from 'vitest';

const x = ones([2, 4]);
const ids = tensor([0, 1], { dtype: 'int64' });
const gone = /^write this one yourself: /;

afterEach(() => forbid([]));

describe('forbid', () => {
  it('takes a name as a function and as a method', () => {
    forbid(['softmax']);
    expect(() => lib.softmax(x, -1)).toThrow('write this one yourself: softmax');
    expect(() => x.softmax(-1)).toThrow('write this one yourself: softmax');
    expect(x.logSoftmax(-1).shape).toEqual([2, 4]);
  });

  it('takes what is composed of a name', () => {
    const layer = new nn.MultiHeadAttention(4, 2, { seed: 1 });
    forbid(['softmax']);
    expect(() => lib.scaledDotProductAttention(x, x, x)).toThrow(gone);
    expect(() => layer.forward(x.unsqueeze(0))).toThrow(gone);
    forbid(['logSoftmax']);
    expect(() => lib.crossEntropy(x, ids)).toThrow(gone);
    expect(x.softmax(-1).shape).toEqual([2, 4]);
    forbid(['norm']);
    expect(() => lib.cosineSimilarity(x, x)).toThrow(gone);
    forbid(['transpose']);
    expect(() => x.T).toThrow(gone);
    forbid(['grad']);
    expect(() => grad((a: Tensor) => a.sum())(x)).toThrow(gone);
  });

  it('takes layers', () => {
    forbid(['nn.MultiHeadAttention', 'nn.Linear']);
    expect(() => new nn.MultiHeadAttention(4, 2, { seed: 1 })).toThrow(gone);
    expect(() => new nn.Linear(4, 2, { seed: 1 })).toThrow('write this one yourself: nn.Linear');
    expect(new nn.LayerNorm(4).forward(x).shape).toEqual([2, 4]);
  });

  it('takes what is made by hand of an operation or a layer', async () => {
    const maker = x.constructor as new (...parts: unknown[]) => Tensor;
    const attributes = { dim: 1 };
    forbid(['softmax', 'nn.Linear']);
    const made = new maker([2, 4], 'float32', { op: 'softmax', inputs: [x], attributes });
    await expect(made.array()).rejects.toThrow('write this one yourself: softmax');
    const changed = x.exp();
    Object.assign(changed.origin, { op: 'softmax', attributes });
    await expect(changed.array()).rejects.toThrow('write this one yourself: softmax');
    const linear = { weight: ones([4, 4]), bias: null } as unknown as nn.Linear;
    expect(() => nn.Linear.prototype.forward.call(linear, x)).toThrow(gone);
  });

  it('replaces what was forbidden before', () => {
    forbid(['softmax']);
    forbid(['matmul']);
    expect(x.softmax(-1).shape).toEqual([2, 4]);
    expect(() => x.matmul(x.T)).toThrow(gone);
  });

  it('knows every function, method and layer that computes', () => {
    const names = new Set(forbiddableNames());
    const notOperations = new Set([
      'realize',
      'data',
      'array',
      'item',
      'toString',
      'constructor',
      'detach',
    ]);
    const methods: string[] = [];
    for (let p = lib.Tensor.prototype; p !== Object.prototype; p = Object.getPrototypeOf(p)) {
      for (const [name, field] of Object.entries(Object.getOwnPropertyDescriptors(p))) {
        if (typeof field.value === 'function') methods.push(name);
      }
    }
    const internal = ['padDim', 'zerosLike', 'sumTo'];
    const missing = methods.filter((name) => !names.has(name) && !notOperations.has(name));
    expect(missing.toSorted()).toEqual(internal.toSorted());
    const layers = Object.keys(nn).filter((name) => name !== 'Module' && name !== 'Parameter');
    for (const name of layers) expect(names).toContain(`nn.${name}`);
  });

  it('makes every one of these methods throw', () => {
    const methods = x as unknown as Record<string, (...args: unknown[]) => unknown>;
    const called = forbiddableNames().filter((name) => typeof methods[name] === 'function');
    expect(called.length).toBeGreaterThan(60);
    for (const name of called) {
      forbid([name]);
      expect(() => methods[name]!.call(x, x, 0, 0), name).toThrow(
        `write this one yourself: ${name}`,
      );
    }
  });

  it('cannot be undone by patching built-in methods', () => {
    const { has } = Set.prototype;
    forbid(['softmax']);
    Set.prototype.has = () => false;
    try {
      expect(() => x.softmax(-1)).toThrow(gone);
    } finally {
      Set.prototype.has = has;
    }
  });

  it('refuses names that the library does not have', () => {
    expect(() => forbid(['softmacks', 'softmax'])).toThrow('the library has no softmacks');
    expect(x.softmax(-1).shape).toEqual([2, 4]);
  });

  it('still lets gradients and everything else through', async () => {
    forbid(['softmax', 'scaledDotProductAttention', 'crossEntropy', 'nn.MultiHeadAttention']);
    const y = grad((a: Tensor) => a.exp().div(a.exp().sum()).square().sum())(
      randn([3], { seed: 1 }),
    );
    expect(await y.sum().item()).toBeCloseTo(0, 5);
    expect(await arange(3).sum().item()).toBe(3);
  });
});
