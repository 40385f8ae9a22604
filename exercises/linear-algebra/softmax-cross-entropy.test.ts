import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';

describe('softmaxCrossEntropy', () => {
  it('gives 0.25 and 0.75, and −ln 0.75 when class 1 is true', async () => {
    const { probabilities, loss } = await softmaxCrossEntropy(
      tensor([[0, Math.log(3)]]),
      tensor([[0, 1]]),
    );
    await expect(probabilities).toBeCloseToTensor([[0.25, 0.75]]);
    await expect(loss).toBeCloseToTensor(-Math.log(0.75));
  });

  it('prices tea 0.1, coffee 0.3, neural networks 0.6 (true) at −ln 0.6', async () => {
    const scores = tensor([[Math.log(1), Math.log(3), Math.log(6)]]);
    const { loss } = await softmaxCrossEntropy(scores, tensor([[0, 0, 1]]));
    await expect(loss).toBeCloseToTensor(0.5108, { atol: 1e-4 });
  });

  it('charges 1000 for being 1000 off, not Infinity', async () => {
    const { probabilities, loss } = await softmaxCrossEntropy(
      tensor([[1000, 0]]),
      tensor([[0, 1]]),
    );
    await expect(probabilities).toBeCloseToTensor([[1, 0]]);
    await expect(loss).toBeCloseToTensor(1000);
  });
});
