/** Training over texts of any number and length compiles at most two graphs. */

import {
  GPT,
  LSTMLanguageModel,
  optim,
  realize,
  Seq2Seq,
  type Tensor,
  Transformer,
  trainStep,
} from '@lectern/lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settings, statistics } from '../../../lib/onnx/sessions.ts';
import { ids } from './support.ts';

const { smallGraph } = settings;

const sizes = [
  [2, 5],
  [3, 8],
  [1, 4],
  [4, 6],
  [2, 3],
] as const;

interface Model {
  parameters(): ReturnType<GPT['parameters']>;
  loss(a: Tensor, b: Tensor): Tensor;
}

async function compiledWhileTraining(model: Model): Promise<number> {
  const step = trainStep(new optim.AdamW(model.parameters()), (a, b) => model.loss(a!, b!));
  await realize(...model.parameters());
  const before = statistics.compiled;
  for (const [batch, length] of sizes) {
    await step(ids(11, batch, length, 3), ids(11, batch, length, 7));
  }
  return statistics.compiled - before;
}

describe('training compiles at most two graphs', () => {
  beforeAll(() => {
    settings.smallGraph = 0;
  });
  afterAll(() => {
    settings.smallGraph = smallGraph;
    expect(statistics.refused).toBe(0);
  });

  const vocabularySize = 11;
  const models: Record<string, Model> = {
    GPT: new GPT({ vocabularySize, contextLength: 8, layers: 1, heads: 2, width: 8 }, { seed: 1 }),
    LSTM: new LSTMLanguageModel({ vocabularySize, width: 4, hidden: 7 }, { seed: 1 }),
    Seq2Seq: new Seq2Seq(
      { sourceVocabularySize: 11, targetVocabularySize: 11, width: 4, hidden: 7, padding: 0 },
      { seed: 1 },
    ),
    Transformer: new Transformer(
      { vocabularySize, layers: 1, heads: 2, width: 8, padding: 0 },
      { seed: 1 },
    ),
  };
  for (const [name, model] of Object.entries(models)) {
    it(name, async () => {
      expect(await compiledWhileTraining(model)).toBeLessThanOrEqual(2);
    });
  }
});
