/** Loops: against the same steps written out, values and gradients, on every back end. */

import {
  compile,
  grad,
  randn,
  scan,
  setBackend,
  stack,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from '@lectern/lib';
import { expect, it } from 'vitest';
import { statistics } from '../../lib/onnx/backend.ts';
import { forEachBackend } from './support/backends.ts';
import { expectClose, expectGradients } from './support/compare.ts';

const w = randn([3, 3], { seed: 1 }).mul(0.5);
const h0 = randn([2, 3], { seed: 2 });
const xs = randn([4, 2, 3], { seed: 3 });

/** h ← tanh(h·w + x); what came in and its square are given out. */
const step =
  (weight: Tensor) =>
  ([h]: Tensor[], [x]: Tensor[]) => {
    const next = h!.matmul(weight).add(x!).tanh();
    return { carry: [next], y: [next, x!.square().add(h!)] };
  };

function writtenOut(weight: Tensor, start: Tensor, sequence: Tensor) {
  const outs: Tensor[][] = [];
  let carry = [start];
  for (let t = 0; t < sequence.shape[0]!; t++) {
    const { carry: next, y } = step(weight)(carry, [sequence.select(0, t)]);
    carry = [...next];
    outs.push([...y]);
  }
  return { carry, ys: [0, 1].map((i) => stack(outs.map((y) => y[i]!))) };
}

/** One number that depends on everything that a loop gives, unevenly. */
function mixed({ carry, ys }: { carry: readonly Tensor[]; ys: readonly Tensor[] }): Tensor {
  const all = [...carry, ...ys].map((x, i) => {
    const weights = Array.from({ length: x.numel }, (_, j) => Math.cos(i + j));
    return x.mul(tensor(weights, { shape: x.shape })).sum();
  });
  return all.reduce((a, b) => a.add(b));
}

forEachBackend('scan', (backend) => {
  it('gives what the steps written out give', async () => {
    const loop = scan(step(w), [h0], [xs]);
    const plain = writtenOut(w, h0, xs);
    await expectClose(loop.carry[0]!, plain.carry[0]!);
    await expectClose(loop.ys[0]!, plain.ys[0]!);
    await expectClose(loop.ys[1]!, plain.ys[1]!);
  });

  it('has the same gradients, by everything', async () => {
    const loop = grad((a: Tensor, b: Tensor, c: Tensor) => mixed(scan(step(a), [b], [c])));
    const plain = grad((a: Tensor, b: Tensor, c: Tensor) => mixed(writtenOut(a, b, c)));
    const [found, expected] = [loop(w, h0, xs), plain(w, h0, xs)];
    for (const [i, g] of found.entries()) await expectClose(g, expected[i]!, 1e-4);
  });

  it('has the same gradients where only part of the result is used', async () => {
    const last = (run: typeof writtenOut) => (a: Tensor) => run(a, h0, xs).carry[0]!.sum();
    const some = (run: typeof writtenOut) => (a: Tensor) => run(a, h0, xs).ys[1]!.square().sum();
    const loop: typeof writtenOut = (a, b, c) => scan(step(a), [b], [c]) as never;
    await expectClose(grad(last(loop))(w), grad(last(writtenOut))(w), 1e-4);
    await expectClose(grad(some(loop))(w), grad(some(writtenOut))(w), 1e-4);
  });

  it('has gradients of gradients', async () => {
    const loop = (a: Tensor) => mixed(scan(step(a), [h0], [xs]));
    const plain = (a: Tensor) => mixed(writtenOut(a, h0, xs));
    const twice = (f: (a: Tensor) => Tensor) => grad((a: Tensor) => grad(f)(a).square().sum())(w);
    await expectClose(twice(loop), twice(plain), 1e-3);
  });

  it('takes whole numbers as elements, and tensors from outside', async () => {
    const ids = tensor([2, 0, 1], { dtype: 'int64' });
    const table = randn([3, 2], { seed: 4 });
    const sum = (t: Tensor) => {
      const { carry } = scan(
        ([total], [id]) => ({
          carry: [
            total!.add(
              t
                .indexSelect(0, id!.reshape([1]))
                .squeeze(0)
                .square(),
            ),
          ],
          y: [],
        }),
        [zeros([2])],
        [ids],
      );
      return carry[0]!;
    };
    await expectClose(sum(table), table.square().sum(0));
    await expectGradients((t) => sum(t!), [table]);
  });

  it('works within compile and with any lengths: two models', async () => {
    const f = compile((x: Tensor) => {
      const start = x.select(0, 0).mul(0);
      const [value, gradient] = valueAndGrad((a: Tensor) => mixed(scan(step(a), [start], [x])))(w);
      return { value, gradient };
    });
    const sizes = [
      [4, 2],
      [7, 2],
      [1, 5],
      [9, 3],
    ] as const;
    const inputs = sizes.map(([length, batch]) => randn([length, batch, 3], { seed: length }));
    setBackend('reference');
    const values = [];
    for (const x of inputs) {
      values.push(await mixed(writtenOut(w, x.select(0, 0).mul(0), x)).item());
    }
    setBackend(backend);
    const before = statistics.compiled;
    for (const [i, x] of inputs.entries()) {
      await expectClose((await f(x)).value, values[i]!, 1e-4);
    }
    if (backend === 'onnx') expect(statistics.compiled - before).toBeLessThanOrEqual(3);
  });

  it('says what does not fit', () => {
    const f = ([h]: Tensor[]) => ({ carry: [h!.sum()], y: [] });
    expect(() => scan(f, [h0], [xs])).toThrow('must be as what came');
    expect(() => scan(step(w), [h0], [])).toThrow('one length of at least 1');
    const whole = () => ({ carry: [], y: [tensor([1], { dtype: 'int64' })] });
    expect(() => scan(whole, [], [xs])).toThrow('the loop gives int64');
  });
});
