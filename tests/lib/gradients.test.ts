/**
 * Every operation's gradient against numerical differences, on every back end; and gradients of
 * gradients.
 */

import * as lib from '@lectern/lib';
import { grad, randn, type Tensor, tensor, valueAndGrad } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose, expectGradients } from './support/compare.ts';

/** Away from 0, where some slopes jump. */
const x = tensor([
  [0.7, -1.2, 2.1],
  [-0.4, 1.6, 0.9],
]);
const y = tensor([
  [1.1, 0.8, -0.6],
  [-1.9, 0.5, 1.4],
]);
const row = tensor([0.6, -1.5, 2.2]);
const positive = tensor([
  [0.5, 1.2, 2.1],
  [0.4, 1.6, 0.9],
]);
const ids = (values: number[] | number[][]) => tensor(values, { dtype: 'int64' });
const mask = tensor([
  [true, false, true],
  [false, true, true],
]);

type Case = [(...inputs: Tensor[]) => Tensor, ...Tensor[]];

const cases: Record<string, Case> = {
  neg: [(a) => a!.neg(), x],
  exp: [(a) => a!.exp(), x],
  log: [(a) => a!.log(), positive],
  sqrt: [(a) => a!.sqrt(), positive],
  abs: [(a) => a!.abs(), x],
  sin: [(a) => a!.sin(), x],
  cos: [(a) => a!.cos(), x],
  tanh: [(a) => a!.tanh(), x],
  sigmoid: [(a) => a!.sigmoid(), x],
  erf: [(a) => a!.erf(), x],
  relu: [(a) => a!.relu(), x],
  gelu: [(a) => a!.gelu(), x],
  square: [(a) => a!.square(), x],
  reciprocal: [(a) => a!.reciprocal(), positive],
  cast: [(a) => a!.mul(2).cast('float32'), x],
  add: [(a, b) => a!.add(b!), x, row],
  sub: [(a, b) => a!.sub(b!), row, x],
  mul: [(a, b) => a!.mul(b!), x, row],
  div: [(a, b) => a!.div(b!), row, positive],
  pow: [(a, b) => a!.pow(b!), positive, y],
  'pow of a number': [(a) => a!.pow(3), x],
  maximum: [(a, b) => a!.maximum(b!), x, y],
  minimum: [(a, b) => a!.minimum(b!), x, row],
  where: [(a, b) => lib.where(mask, a!, b!), x, row],
  maskedFill: [(a) => a!.maskedFill(mask, 3), x],
  clamp: [(a) => a!.clamp(-1, 1.5), x],
  reshape: [(a) => a!.reshape([3, 2]), x],
  permute: [(a) => a!.reshape([1, 2, 3]).permute([2, 0, 1]), x],
  transpose: [(a) => a!.T, x],
  expand: [(a) => a!.expand([4, 3]), row],
  narrow: [(a) => a!.narrow(1, 1, 2), x],
  'pad (the gradient of narrow)': [(a) => a!.narrow(0, 1, 1).padDim(1, 1, 2), x],
  flip: [(a) => a!.flip([0, 1]), x],
  cat: [(a, b) => lib.cat([a!, b!.reshape([1, 3])]), x, row],
  stack: [(a, b) => lib.stack([a!, b!], 1), x, y],
  split: [(a) => a!.split(2, 1)[1]!, x],
  select: [(a) => a!.select(1, -1), x],
  tril: [(a) => a!.tril(), x],
  sum: [(a) => a!.sum(1), x],
  mean: [(a) => a!.mean(0, { keepdim: true }), x],
  max: [(a) => a!.max(1), x],
  min: [(a) => a!.min(), x],
  prod: [(a) => a!.prod(1), x],
  var: [(a) => a!.var(1), x],
  std: [(a) => a!.std(0), x],
  norm: [(a) => a!.norm(1), x],
  logsumexp: [(a) => a!.logsumexp(1), x],
  cumsum: [(a) => a!.cumsum(1), x],
  matmul: [(a, b) => a!.matmul(b!.T), x, y],
  'matmul of a vector': [(a, b) => a!.matmul(b!), x, row],
  'matmul in batches': [(a, b) => a!.reshape([2, 1, 3]).matmul(b!.reshape([2, 3, 1])), x, y],
  'matmul, one matrix for many': [(a, b) => a!.reshape([2, 1, 3]).matmul(b!.T), x, y],
  'matmul, broadcast': [(a, b) => a!.matmul(b!.reshape([2, 3, 1])), x, y],
  dot: [(a, b) => a!.dot(b!), row, x.select(0, 1)],
  gather: [
    (a) =>
      a!.gather(
        1,
        ids([
          [2, 2],
          [0, 1],
        ]),
      ),
    x,
  ],
  scatterAdd: [
    (a, b) =>
      a!.scatterAdd(
        1,
        ids([
          [2, 2, 0],
          [0, 1, 0],
        ]),
        b!,
      ),
    x,
    y,
  ],
  indexSelect: [(a) => a!.indexSelect(1, ids([2, 0, 2, 2])), x],
  embedding: [
    (a) =>
      lib.embedding(
        a!,
        ids([
          [1, 1],
          [0, 1],
        ]),
      ),
    x,
  ],
  softmax: [(a) => a!.softmax(1), x],
  'softmax of columns': [(a) => a!.softmax(0), x],
  logSoftmax: [(a) => a!.logSoftmax(-1), x],
  crossEntropy: [(a) => lib.crossEntropy(a!, ids([2, 0])), x],
  layerNorm: [(a, b, c) => lib.layerNorm(a!, { weight: b!, bias: c! }), x, row, row.mul(0.5)],
  cosineSimilarity: [(a, b) => lib.cosineSimilarity(a!, b!), x, y],
  scaledDotProductAttention: [
    (q, k, v) => lib.scaledDotProductAttention(q!, k!, v!, { isCausal: true }),
    x,
    y,
    randn([2, 4], { seed: 1 }),
  ],
  'nn.MultiHeadAttention': [
    (a) => new lib.nn.MultiHeadAttention(4, 2, { seed: 2 }).forward(a!),
    randn([1, 3, 4], { seed: 3 }),
  ],
  detach: [(a) => a!.mul(2), x],
};

/** Gradients of gradients: each rule is written in operations that have rules. */
const curved: Record<string, (a: Tensor) => Tensor> = {
  expm1: (a) => a.expm1(),
  log1p: (a) => a.square().log1p(),
  gelu: (a) => a.gelu(),
  'gelu, tanh': (a) => a.gelu({ approximate: 'tanh' }),
  silu: (a) => a.silu(),
  softplus: (a) => a.softplus(),
  logSigmoid: (a) => a.logSigmoid(),
  elu: (a) => a.elu(),
  norm: (a) => a.norm(1),
  'norm, p = 3': (a) => a.norm(1, { p: 3 }),
  cumprod: (a) => a.cumprod(1),
  sort: (a) => a.sort(1).values.square(),
  topk: (a) => a.topk(2, 1).values.square(),
  scatter: (a) => a.square().scatter(1, ids([[0], [2]]), a.sin()),
  index: (a) => a.index(ids([1, 0, 1]), [0, 2]).square(),
  einsum: (a) => lib.einsum('ij,kj,k->i', a, a.sin(), a.select(1, 0)),
  pad: (a) => a.pad([1, 1], { mode: 'reflect' }).square(),
  diagonal: (a) => a.square().diagonal(1),
  rmsNorm: (a) => a.rmsNorm(),
  crossEntropy: (a) => lib.crossEntropy(a, ids([2, -100]), { labelSmoothing: 0.1 }),
  bceWithLogitsLoss: (a) => lib.bceWithLogitsLoss(a, mask.cast('float32')),
};

forEachBackend('gradients', () => {
  it.each(Object.entries(cases))('%s', (_, [f, ...inputs]) => expectGradients(f, inputs));

  it.each(Object.entries(curved))('of the gradient of %s', (_, f) =>
    expectGradients((a) => grad((b: Tensor) => f(b).sum())(a!), [x]),
  );

  it('of the gradient of products with zeros', async () => {
    // abcd with b = d = 0: by b then d it is ac, by all others twice 0
    const product = (a: Tensor) => a.prod();
    const slope = (i: number) => grad((a: Tensor) => grad(product)(a).select(0, i));
    const at = tensor([2, 0, 3, 0]);
    await expectClose(slope(1)(at), [0, 0, 0, 6]);
    await expectClose(slope(0)(at), [0, 0, 0, 0]);
    const running = (a: Tensor) => grad((b: Tensor) => b.cumprod(0).select(0, 3))(a);
    await expectClose(grad((a: Tensor) => running(a).select(0, 3))(at), [0, 6, 0, 0]);
  });
});

describe('where slopes jump, PyTorch decides', () => {
  const at = (f: (x: Tensor) => Tensor, values: number[]) =>
    grad((a: Tensor) => f(a).sum())(tensor(values)).array();

  it('relu and abs are flat at 0', async () => {
    expect(await at((a) => a.relu(), [0])).toEqual([0]);
    expect(await at((a) => a.abs(), [0])).toEqual([0]);
  });

  it('ties share', async () => {
    expect(await at((a) => a.max(), [2, 2, 1])).toEqual([0.5, 0.5, 0]);
    expect(await at((a) => a.maximum(2), [2, 3, 1])).toEqual([0.5, 1, 0]);
  });

  it('clamp lets its bounds through', async () => {
    expect(await at((a) => a.clamp(0, 1), [0, 1, 0.5, -1, 2])).toEqual([1, 1, 1, 0, 0]);
  });

  it('products with one or several zeros', async () => {
    expect(await at((a) => a.prod(), [2, 0, 3])).toEqual([0, 6, 0]);
    expect(await at((a) => a.prod(), [0, 0, 3])).toEqual([0, 0, 0]);
  });

  it('powers at 0', async () => {
    expect(await at((a) => a.pow(2), [0, 3])).toEqual([0, 6]);
    expect(await at((a) => a.pow(0), [0, 3])).toEqual([0, 0]);
  });

  it('the norm of nothing is flat', async () => {
    expect(await at((a) => a.norm(), [0, 0])).toEqual([0, 0]);
  });

  it('masked scores get no gradient and give no NaN', async () => {
    const seen = tensor([true, false, true]);
    const weights = (a: Tensor) =>
      a.maskedFill(seen.logicalNot(), -Infinity).softmax(0).select(0, 0);
    const [first, hidden] = await at(weights, [1, 2, 3]);
    expect(hidden).toBe(0);
    expect(first).toBeGreaterThan(0);
  });
});

describe('grad', () => {
  it('gives one gradient for one input, a list for several', async () => {
    expect(await grad((a: Tensor) => a.square().sum())(tensor([1, 2])).array()).toEqual([2, 4]);
    const [da, db] = grad((a: Tensor, b: Tensor) => a.mul(b).sum())(tensor([1, 2]), tensor([3, 4]));
    expect([await da.array(), await db.array()]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    const list = grad((...all: Tensor[]) => all[0]!.sum())(tensor([1, 2]));
    expect(list).toHaveLength(1);
  });

  it('gives zeros for an input that does not matter, and stops at detach', async () => {
    const [da, db] = grad((a: Tensor, _b: Tensor) => a.sum())(tensor([1]), tensor([[5, 6]]));
    expect([await da.array(), await db.array()]).toEqual([[1], [[0, 0]]]);
    const halted = grad((a: Tensor) => a.mul(a.detach()).sum())(tensor([3]));
    expect(await halted.array()).toEqual([3]);
  });

  it('can be taken again', async () => {
    const cube = (a: Tensor) => a.pow(3).sum();
    const second = grad((a: Tensor) => grad(cube)(a).sum());
    const third = grad((a: Tensor) => second(a).sum());
    await expectClose(second(tensor([2, 3])), [12, 18]);
    await expectClose(third(tensor([2, 3])), [6, 6]);
    const curvature = grad((a: Tensor) =>
      grad((b: Tensor) => b.softmax(0).select(0, 0))(a)
        .square()
        .sum(),
    );
    await expectGradients(
      (a) => grad((b: Tensor) => b.softmax(0).select(0, 0))(a!),
      [tensor([1, 2, 0.5])],
    );
    expect(curvature(tensor([1, 2, 0.5])).shape).toEqual([3]);
  });

  it('sees an outer variable in an inner gradient', async () => {
    // d/dy (d/dx x²y) at x = 3, y = 5 is 2x = 6
    const outer = grad((b: Tensor) => grad((a: Tensor) => a.square().mul(b).sum())(tensor(3)));
    await expectClose(outer(tensor(5)), 6);
  });

  it('works on inputs that are computed later, and after they have been', async () => {
    const a = randn([3], { seed: 1 }).mul(2);
    const before = grad((b: Tensor) => b.square().sum())(a);
    await a.realize();
    const after = grad((b: Tensor) => b.square().sum())(a);
    await expectClose(before, await after.array());
  });

  it('valueAndGrad gives both, and realize computes them together', async () => {
    const [value, gradient] = valueAndGrad((a: Tensor) => a.square().sum())(tensor([1, 2]));
    await lib.realize(value, gradient);
    expect([await value.item(), await gradient.array()]).toEqual([5, [2, 4]]);
  });

  it('walks graphs of any depth', async () => {
    const deep = (a: Tensor) => {
      let b = a;
      for (let i = 0; i < 20_000; i++) b = b.add(1);
      return b.sum();
    };
    expect(await grad(deep)(tensor([1, 2])).array()).toEqual([1, 1]);
    expect(await deep(tensor([1, 2])).item()).toBe(40_003);
  });

  it('trains: gradient descent finds the line behind the points', async () => {
    const inputs = randn([64, 2], { seed: 1 });
    const targets = inputs.matmul(tensor([[3], [-2]])).add(0.5);
    let layer = new lib.nn.Linear(2, 1, { seed: 2 });
    const loss = (...p: Tensor[]) =>
      layer.withParameters(p).forward(inputs).sub(targets).square().mean();
    for (let step = 0; step < 60; step++) {
      const parameters = layer.parameters();
      const gradients = grad(loss)(...parameters);
      const moved = parameters.map((p, i) => p.sub(gradients[i]!.mul(0.2)));
      await lib.realize(...moved);
      layer = layer.withParameters(moved);
    }
    await expectClose(layer.weight, [[3], [-2]], 1e-2);
    await expectClose(layer.bias!, [0.5], 1e-2);
  });
});
