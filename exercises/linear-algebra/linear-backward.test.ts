import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { linearBackward } from './linear-backward.ts';

describe('linearBackward', () => {
  it('of one example with two inputs and one output', async () => {
    const { dX, dW, db } = await linearBackward(
      tensor([[1, 2]]),
      tensor([[3], [4]]),
      tensor([[10]]),
    );
    await expect(dX).toBeCloseToTensor([[30, 40]]);
    await expect(dW).toBeCloseToTensor([[10], [20]]);
    await expect(db).toBeCloseToTensor([10]);
  });

  it('of two examples with one input and two outputs', async () => {
    const { dX, dW, db } = await linearBackward(
      tensor([[1], [2]]),
      tensor([[5, 7]]),
      tensor([
        [1, 0],
        [1, 3],
      ]),
    );
    await expect(dX).toBeCloseToTensor([[5], [26]]);
    await expect(dW).toBeCloseToTensor([[3, 6]]);
    await expect(db).toBeCloseToTensor([2, 3]);
  });

  it('of slopes that are all 0 is 0', async () => {
    const { dX, dW, db } = await linearBackward(
      tensor([[1, 2]]),
      tensor([[3], [4]]),
      tensor([[0]]),
    );
    await expect(dX).toBeCloseToTensor([[0, 0]]);
    await expect(dW).toBeCloseToTensor([[0], [0]]);
    await expect(db).toBeCloseToTensor([0]);
  });
});
