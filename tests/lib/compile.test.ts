/** Functions traced once and run often. */

import {
  compile,
  Generator,
  grad,
  nn,
  Parameter,
  rand,
  randn,
  type Tensor,
  tensor,
} from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose } from './support/compare.ts';

forEachBackend('compile', () => {
  it('gives what the function gives, traced for each shape', async () => {
    let traced = 0;
    const f = compile((x: Tensor, y: Tensor) => {
      traced++;
      return x.mul(y).sum(-1);
    });
    await expectClose(await f(tensor([1, 2]), tensor([3, 4])), 11);
    await expectClose(await f(tensor([5, 6]), tensor([7, 8])), 83);
    await expectClose(await f(tensor([[1], [2]]), tensor([3])), [3, 6]);
    expect(traced).toBeLessThanOrEqual(3);
  });

  it('gives lists and records as they are', async () => {
    const x = tensor([1, 2]);
    const [a, b] = await compile((y: Tensor) => [y.add(1), y] as const)(x);
    await expectClose(a, [2, 3]);
    await expectClose(b, [1, 2]);
    const { sum } = await compile((y: Tensor) => ({ sum: y.sum() }))(x);
    await expectClose(sum, 3);
  });

  it('reads the present values of parameters', async () => {
    const layer = new nn.Linear(2, 1, { bias: false, seed: 1 });
    const f = compile((x: Tensor) => layer.forward(x));
    const x = tensor([[1, 2]]);
    const first = await f(x);
    layer.weight.assign(tensor([[10], [1]]));
    await expectClose(await f(x), [[12]]);
    layer.weight.assign(layer.weight.add(1)); // not computed yet
    await expectClose(await f(x), [[15]]);
    await expectClose(
      first,
      await new nn.Linear(2, 1, { bias: false, seed: 1 }).forward(x).array(),
    );
  });

  it('does not hand out what goes on changing', async () => {
    const p = new Parameter(tensor([1, 2]));
    const data = Float32Array.of(1, 2);
    p.adopt(data);
    const same = await compile(() => p.detach())();
    data.fill(9);
    await expectClose(same, [1, 2]);
  });

  it('draws from generators at each run, from seeds always the same', async () => {
    const generator = new Generator(1);
    const f = compile(() => ({
      moving: rand([3], { seed: generator }),
      fixed: rand([3], { seed: 1 }),
    }));
    const expected = new Generator(1);
    const [one, two] = [await f(), await f()];
    await expectClose(one.moving, rand([3], { seed: expected }));
    await expectClose(two.moving, rand([3], { seed: expected }));
    await expectClose(one.fixed, two.fixed);
  });

  it('takes gradients, also by other parameters', async () => {
    const layer = new nn.Linear(3, 1, { seed: 1 });
    const loss =
      (x: Tensor) =>
      (...p: Tensor[]) =>
        layer.withParameters(p).forward(x).square().sum();
    const step = compile((x: Tensor) => grad(loss(x))(...layer.parameters()));
    const x = randn([2, 3], { seed: 2 });
    const [byWeight] = await step(x);
    await expectClose(byWeight!, grad(loss(x))(...layer.parameters())[0]!);
  });

  it('says that values are not known yet, and refuses promises', async () => {
    const leaked: Promise<unknown>[] = [];
    const f = compile((x: Tensor) => {
      leaked.push(x.data());
      return x;
    });
    await f(tensor([1]));
    await expect(leaked[0]).rejects.toThrow('not known while the function is traced');
    const g = compile((async (x: Tensor) => x) as never);
    await expect(g(tensor([1]))).rejects.toThrow('not a promise');
  });
});
