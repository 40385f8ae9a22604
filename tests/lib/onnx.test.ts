/** The ONNX back end: what it compiles, when, and what it keeps. */

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { arange, grad, randn, realize, setBackend, type Tensor, tensor } from '@lectern/lib';
import { beforeEach, describe, expect, it } from 'vitest';
import { settings, statistics } from '../../lib/onnx/backend.ts';
import { MessageWriter } from '../../lib/onnx/protobuf.ts';
import { expectClose } from './support/compare.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('compiled graphs', () => {
  beforeEach(() => {
    setBackend('onnx');
    settings.smallGraph = 0;
    Object.assign(statistics, { compiled: 0, run: 0, small: 0, refused: 0 });
    return () => {
      settings.smallGraph = 100_000;
    };
  });

  it('one structure is compiled once, whatever its values', async () => {
    for (const [seed, factor] of [
      [1, 2],
      [2, 3],
      [3, 0.5],
    ] as const) {
      await randn([3, 4], { seed }).mul(factor).softmax(-1).data();
    }
    expect(statistics).toMatchObject({ compiled: 1, run: 3 });
    await randn([3, 4], { seed: 1 }).mul(2).softmax(0).data();
    expect(statistics).toMatchObject({ compiled: 2, run: 4 });
  });

  it('serves many sizes of one structure at once', async () => {
    const sizes = [3, 5, 8, 2, 4, 9, 6, 7];
    const sums = sizes.flatMap((n) =>
      sizes.map((m) => randn([n, m], { seed: 1 }).mul(0).add(1).cumsum(0).exp().log().sum()),
    );
    await Promise.all(sums.map((sum) => sum.realize()));
    expect(statistics.refused).toBe(0);
  });

  it('two models serve all sizes', async () => {
    const step = (batch: number, width: number) => {
      const x = randn([batch, 3, width], { seed: 1 });
      return grad((v: Tensor) =>
        v
          .transpose(0, 1)
          .reshape([3, batch * width])
          .narrow(1, batch - 1, width)
          .mul(x.narrow(2, 0, 1).sum(0))
          .add(v.expand([2, batch, 3, width]).mean([0, 1]))
          .square()
          .mean(),
      )(x);
    };
    setBackend('reference');
    const sizes = [
      [2, 4],
      [2, 5],
      [7, 3],
      [1, 6],
      [4, 1],
    ] as const;
    const expected = [];
    for (const [b, w] of sizes) expected.push(await step(b, w).array());
    setBackend('onnx');
    for (const [i, [b, w]] of sizes.entries()) await expectClose(step(b, w), expected[i]);
    expect(statistics).toMatchObject({ compiled: 3, run: 5, refused: 0 });
    for (const [b, w] of [
      [9, 9],
      [2, 4],
      [3, 8],
    ] as const)
      await step(b, w).data();
    expect(statistics).toMatchObject({ compiled: 3, run: 8, refused: 0 });
  });

  it('a training step is compiled once', async () => {
    let w = randn([4, 1], { seed: 1 });
    for (let step = 1; step <= 5; step++) {
      const x = randn([8, 4], { seed: step });
      const gradient = grad((v: Tensor) => x.matmul(v).square().mean())(w);
      w = await w.sub(gradient.mul(0.1 / step)).realize();
    }
    expect(statistics).toMatchObject({ compiled: 1, run: 5, refused: 0 });
  });

  it('graphs that differ only in which inputs are the same tensor are told apart', async () => {
    const [a, b] = [tensor([1, 2, 3, 4]), tensor([5, 6, 7, 8])];
    expect(await a.mul(a).array()).toEqual([1, 4, 9, 16]);
    expect(await a.mul(b).array()).toEqual([5, 12, 21, 32]);
    expect(statistics.compiled).toBe(2);
  });

  it('two askers at once share one computation', async () => {
    const x = randn([4], { seed: 1 }).exp();
    await Promise.all([x.data(), x.array(), x.realize()]);
    expect(statistics.run).toBe(1);
  });

  it('several tensors are computed as one graph', async () => {
    const x = randn([4], { seed: 1 });
    const [y, z] = [x.exp(), x.exp().sum()];
    await realize(y, z, x);
    await z.item();
    expect(statistics).toMatchObject({ compiled: 1, run: 1 });
    expect(await y.sum().item()).toBeCloseTo(await z.item(), 5);
  });

  it('what was computed is not computed again, and its past is let go', async () => {
    const x = randn([4], { seed: 1 }).exp();
    await x.realize();
    expect(x.origin.inputs).toEqual([]);
    await x.data();
    await x.add(1).data();
    expect(statistics.run).toBe(2);
  });

  it('only the latest graphs are kept', async () => {
    const kept = settings.keptSessions;
    settings.keptSessions = 2;
    const run = (ndim: number) => randn(Array(ndim).fill(2), { seed: 1 }).exp().data();
    for (const ndim of [1, 2, 3, 2, 3, 1]) await run(ndim);
    settings.keptSessions = kept;
    expect(statistics).toMatchObject({ compiled: 4, run: 6, refused: 0 });
  });

  it('only so many elements are kept', async () => {
    const kept = settings.keptElements;
    settings.keptElements = 100;
    const run = (...shape: number[]) => randn(shape, { seed: 1 }).exp().data();
    const shapes = [[21], [1, 22], [21], [1, 22], [1, 1, 300], [1, 1, 300], [21]];
    for (const shape of shapes) await run(...shape); // 2 tensors each
    settings.keptElements = kept;
    expect(statistics).toMatchObject({ compiled: 4, run: 7, refused: 0 });
  });

  it('an error leaves the tensor as it was', async () => {
    const x = tensor([1, 2]).indexSelect(0, arange(1).add(7));
    await expect(x.data()).rejects.toThrow('index 7 is outside');
    await expect(x.data()).rejects.toThrow('index 7 is outside');
  });

  it.each([
    [256, 300],
    [300, 256],
  ])('multiply large matrices by columns, %i of them by %i', async (m, n) => {
    const [a, b] = [randn([1024, m], { seed: 1 }), randn([1024, n], { seed: 2 })];
    const [x, y] = [await a.data(), await b.data()] as [Float32Array, Float32Array];
    const product = await a.transpose(0, 1).matmul(b).data();
    for (const [i, j] of [
      [0, 0],
      [1, 0],
      [m - 1, n - 1],
      [17, 250],
    ] as const) {
      let expected = 0;
      for (let k = 0; k < 1024; k++) expected += x[k * m + i]! * y[k * n + j]!;
      expect(product[i * n + j]).toBeCloseTo(expected, 3);
    }
  });
});

describe('small graphs', () => {
  it('wait for no compilation and do not even load ONNX Runtime', () => {
    const program = `
      import { tensor } from '@lectern/lib';
      const x = tensor([[1, 2], [3, 4]]);
      const [y] = await x.matmul(x).array();
      const loaded = process.report.getReport().sharedObjects;
      const native = loaded.filter((file) => /onnxruntime/.test(file));
      console.log(JSON.stringify({ y, native }));`;
    const run = spawnSync(
      path.join(root, 'node_modules/.bin/node'),
      ['--conditions=source', '--input-type=module', '-e', program],
      { cwd: root, encoding: 'utf8' },
    );
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual({ y: [7, 10], native: [] });
  });
});

describe('protobuf', () => {
  it('writes the bytes that the specification gives as examples', () => {
    const hex = (writer: MessageWriter) => Buffer.from(writer.finish()).toString('hex');
    expect(hex(new MessageWriter().int(1, 150))).toBe('089601');
    expect(hex(new MessageWriter().string(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(new MessageWriter().message(3, (inner) => inner.int(1, 150)))).toBe('1a03089601');
    expect(hex(new MessageWriter().ints(6, [3, 270, 86942]))).toBe('3206038e029ea705');
    expect(hex(new MessageWriter().int(1, -2))).toBe('08feffffffffffffffff01');
    expect(hex(new MessageWriter().float(1, 1))).toBe('0d0000803f');
  });
});
