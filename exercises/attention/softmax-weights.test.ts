import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { softmaxWeights } from './softmax-weights.ts';

describe('softmaxWeights', () => {
  it('gives three times as much for a score that is ln 3 higher', async () => {
    await expect(softmaxWeights(tensor([[0, Math.log(3)]]))).toBeCloseToTensor([[0.25, 0.75]]);
  });

  it('leaves nothing to a key at −∞', async () => {
    await expect(softmaxWeights(tensor([[4, -Infinity, 4, 4, 4]]))).toBeCloseToTensor([
      [0.25, 0, 0.25, 0.25, 0.25],
    ]);
  });

  it('lets every query spend its own unit', async () => {
    const scores = tensor([
      [7, 7],
      [Math.log(4), 0],
    ]);
    await expect(softmaxWeights(scores)).toBeCloseToTensor([
      [0.5, 0.5],
      [0.8, 0.2],
    ]);
  });
});
