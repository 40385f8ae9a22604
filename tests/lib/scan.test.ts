/** scan: the same step along a sequence. */

import { randn, scan, type Tensor, tensor, zeros } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';
import { expectClose, expectGradients } from './support/compare.ts';

forEachBackend('scan', () => {
  it('carries on, and gives out something at each place', async () => {
    const xs = tensor([1, 2, 3, 4]);
    const { carry, ys } = scan(
      ([sum], [x]) => ({ carry: [sum!.add(x!)], y: [sum!, x!.mul(2)] }),
      [tensor(10)],
      [xs],
    );
    await expectClose(carry[0]!, 20);
    await expectClose(ys[0]!, [10, 11, 13, 16]);
    await expectClose(ys[1]!, [2, 4, 6, 8]);
  });

  it('takes several sequences and carries several tensors', async () => {
    const [a, b] = [randn([3, 2], { seed: 1 }), randn([3, 2], { seed: 2 })];
    const { carry, ys } = scan(
      ([p, q], [x, y]) => ({ carry: [q!, p!.add(x!)], y: [y!.sub(p!)] }),
      [zeros([2]), zeros([2])],
      [a, b],
    );
    await expectClose(carry[0]!, a.select(0, 1));
    await expectClose(carry[1]!, a.select(0, 0).add(a.select(0, 2)));
    expect(ys[0]!.shape).toEqual([3, 2]);
  });

  it('has gradients by what is carried, by the sequence, and by what the step uses', async () => {
    const run = (w: Tensor, h: Tensor, xs: Tensor) => {
      const { carry, ys } = scan(
        ([state], [x]) => {
          const next = state!.matmul(w).add(x!).tanh();
          return { carry: [next], y: [next.square()] };
        },
        [h],
        [xs],
      );
      return ys[0]!.sum(0).add(carry[0]!);
    };
    const [w, h] = [randn([2, 2], { seed: 1 }), randn([1, 2], { seed: 2 })];
    await expectGradients(run as (...xs: Tensor[]) => Tensor, [
      w,
      h,
      randn([3, 1, 2], { seed: 3 }),
    ]);
  });

  it('says what does not fit', () => {
    const step = ([h]: Tensor[]) => ({ carry: [h!], y: [h!] });
    expect(() => scan(step, [zeros([1])], [])).toThrow('one length of at least 1');
    expect(() => scan(step, [zeros([1])], [zeros([0, 1])])).toThrow('one length of at least 1');
    expect(() => scan(step, [zeros([1])], [zeros([2]), zeros([3])])).toThrow('got [2],[3]');
  });
});
