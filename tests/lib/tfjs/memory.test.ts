// What TensorFlow.js holds between graphs: nothing.

import { getBackend, grad, setBackend, type Tensor, tensor } from '@lectern/lib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { statistics } from '../../../lib/tfjs/backend.ts';
import { startRuntime } from '../../../lib/tfjs/runtime.ts';

const { tf } = await startRuntime();
const before = getBackend();
beforeAll(() => setBackend('tfjs'));
afterAll(() => setBackend(before));

it('is flat over a thousand graphs', async () => {
  const weight = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const index = tensor([0, 1, 1], { dtype: 'int64' });
  const loss = (w: Tensor, x: Tensor) =>
    x.matmul(w).softmax(-1).add(w.indexSelect(0, index).sum()).sum();
  const steps = statistics.steps;
  for (let i = 0; i < 1000; i++) {
    const [slope] = grad(loss)(weight, tensor([[i, 1]]));
    await slope!.data();
    if (i === 0) expect(tf.memory().numTensors).toBe(0);
  }
  expect(tf.memory().numTensors).toBe(0);
  expect(statistics.steps - steps).toBeGreaterThan(5000);
}, 60_000);

it('gives memory back after an error, too', async () => {
  const index = tensor([3], { dtype: 'int64' }).add(4); // known only when it is computed
  const outside = tensor([1, 2]).indexSelect(0, index);
  await expect(outside.exp().data()).rejects.toThrow('index 7 is outside dimension 0');
  expect(tf.memory().numTensors).toBe(0);
});
