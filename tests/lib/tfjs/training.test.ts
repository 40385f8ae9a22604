// Whole training steps, forward, backward and update, come out alike on all back ends.

import {
  type BackendName,
  GPT,
  getBackend,
  LSTMLanguageModel,
  optim,
  randint,
  realize,
  setBackend,
  trainStep,
} from '@lectern/lib';
import { afterEach, describe, expect, it } from 'vitest';
import { statistics } from '../../../lib/tfjs/backend.ts';

/** Losses and lengths of gradients agree to so many decimals after three steps. */
const decimals = 4;

const before = getBackend();
afterEach(() => setBackend(before));

const models = {
  GPT: () =>
    new GPT({ vocabularySize: 20, layers: 2, width: 32, heads: 2, contextLength: 12 }, { seed: 1 }),
  LSTM: () => new LSTMLanguageModel({ vocabularySize: 20, width: 16, hidden: 24 }, { seed: 1 }),
};

async function learn(make: () => GPT | LSTMLanguageModel, backend: BackendName) {
  setBackend(backend);
  const model = make();
  const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-2 });
  const step = trainStep(optimizer, (ids, targets) => model.loss(ids, targets));
  const ids = randint(0, 20, [3, 12], { seed: 1 });
  const targets = randint(0, 20, [3, 12], { seed: 2 });
  await realize(ids, targets);
  const results: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { loss, gradNorm } = await step(ids, targets);
    results.push(loss, gradNorm);
  }
  return results;
}

describe.each(Object.entries(models))('training a small %s', (_, make) => {
  it('with TensorFlow.js gives what the reference gives', async () => {
    const { steps, refused } = statistics;
    const expected = await learn(make, 'reference');
    const found = await learn(make, 'tfjs');
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, decimals);
    expect(found[4]).toBeLessThan(found[0]!);
    expect(statistics.steps).toBeGreaterThan(steps);
    expect(statistics.refused).toBe(refused);
  });
});
