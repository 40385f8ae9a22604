/** How many graphs are compiled: a run of training or writing takes two at most, whatever its sizes. */

import {
  GPT,
  generate,
  LSTMLanguageModel,
  type nn,
  optim,
  randint,
  realize,
  Seq2Seq,
  setBackend,
  type Tensor,
  Transformer,
  trainStep,
} from '@lectern/lib';
import { beforeEach, describe, expect, it } from 'vitest';
import { settings, statistics } from '../../lib/onnx/backend.ts';

/** Whole numbers below 11, of this shape. */
const ids = (...shape: number[]) => randint(0, 11, shape, { seed: 1 });

/** Trains one step for each size, and says how many graphs that compiled. */
async function training(
  model: nn.Module,
  loss: (...inputs: Tensor[]) => Tensor,
  batches: readonly Tensor[][],
): Promise<number> {
  await realize(...model.parameters());
  const step = trainStep(new optim.AdamW(model.parameters(), { lr: 1e-3 }), loss);
  const before = statistics.compiled;
  for (const batch of batches) await step(...batch);
  return statistics.compiled - before;
}

const sizes = [
  [4, 8],
  [4, 8],
  [3, 8],
  [4, 5],
  [1, 8],
  [2, 3],
  [7, 6],
] as const;

describe('compiled graphs', () => {
  beforeEach(() => {
    setBackend('onnx');
    settings.smallGraph = 0;
    return () => {
      settings.smallGraph = 100_000;
    };
  });

  const config = { vocabularySize: 11, width: 16 };

  it('of a GPT in training: two', async () => {
    const model = new GPT({ ...config, contextLength: 8, layers: 2, heads: 2 }, { seed: 1 });
    const batches = sizes.map(([batch, length]) => [ids(batch, length), ids(batch, length)]);
    expect(await training(model, (x, y) => model.loss(x!, y!), batches)).toBeLessThanOrEqual(2);
  });

  it('of an LSTM in training: two', async () => {
    const model = new LSTMLanguageModel({ ...config, hidden: 8 }, { seed: 1 });
    const batches = sizes.map(([batch, length]) => [ids(batch, length), ids(batch, length)]);
    expect(await training(model, (x, y) => model.loss(x!, y!), batches)).toBeLessThanOrEqual(2);
  });

  it('of seq2seq models in training: two', async () => {
    const both = { sourceVocabularySize: 11, targetVocabularySize: 11 };
    const recurrent = new Seq2Seq({ ...both, width: 8, hidden: 8 }, { seed: 1 });
    const attending = new Transformer({ ...config, layers: 1, heads: 2 }, { seed: 1 });
    const batches = sizes.map(([batch, length]) => [ids(batch, length), ids(batch, length + 2)]);
    for (const model of [recurrent, attending]) {
      const loss = (x: Tensor, y: Tensor) => model.loss(x, y);
      expect(await training(model, loss as never, batches)).toBeLessThanOrEqual(2);
    }
  });

  it('of writing 256 tokens: two', async () => {
    const model = new GPT({ ...config, contextLength: 300, layers: 2, heads: 2 }, { seed: 1 });
    await realize(...model.parameters());
    const before = statistics.compiled;
    let written = 0;
    const options = { maxTokens: 256, temperature: 0 };
    for await (const _ of generate(model, [1, 2, 3], options)) written++;
    expect(written).toBe(256);
    expect(statistics.compiled - before).toBeLessThanOrEqual(2);
  });
});
