/** The models before the Transformer that predict the next token. */

import {
  Bigram,
  BigramCounts,
  type Decodable,
  generateBatch,
  LSTMLanguageModel,
  MLP,
  optim,
  type Tensor,
  tensor,
  trainStep,
} from '@lectern/lib';
import { describe, expect, it } from 'vitest';

const write = async (model: Decodable, prompt: number[], maxTokens: number) =>
  (await generateBatch(model, [prompt], { maxTokens, temperature: 0 }))[0];

const int64 = (values: number[] | number[][]) => tensor(values, { dtype: 'int64' });

describe('bigrams', () => {
  const text = [0, 1, 2, 0, 1, 1, 2, 0, 2];

  it('are counted', async () => {
    const model = new BigramCounts(4).count(text);
    const third = 1 / 3;
    const rows = await model.probabilities().array<number[][]>();
    for (const [a, row] of [
      [0, 2 * third, third, 0],
      [0, third, 2 * third, 0],
      [1, 0, 0, 0],
      [0.25, 0.25, 0.25, 0.25],
    ].entries()) {
      for (const [b, p] of row.entries()) expect(rows[a]![b]).toBeCloseTo(p, 6);
    }
    const loss = await model.loss(int64([0, 0, 2]), int64([1, 2, 0]));
    expect(loss).toBeCloseTo(-Math.log((2 * third * third) ** third), 6);
    expect(await model.loss(int64([0]), int64([3]))).toBe(Infinity);
    const smooth = new BigramCounts(4, { smoothing: 1 }).count(text);
    expect((await smooth.probabilities().array())[0][3]).toBeCloseTo(1 / 7, 6);
    expect(await write(smooth, [2], 4)).toEqual([0, 1, 2, 0]);
    expect(() => model.count([4])).toThrow('4 is no token');
  });

  it('are learned, to the same table', async () => {
    const model = new Bigram(3, { seed: 1 });
    const step = trainStep(
      new optim.AdamW(model.parameters(), { lr: 0.1, weightDecay: 0 }),
      (x, y) => model.loss(x!, y!),
    );
    const [x, y] = [int64(text.slice(0, -1)), int64(text.slice(1))];
    for (let i = 0; i < 150; i++) await step(x, y);
    const counted = new BigramCounts(3).count(text);
    expect(await model.loss(x, y).item()).toBeCloseTo(await counted.loss(x, y), 2);
    expect(await write(model, [2], 3)).toEqual([0, 1, 2]);
  });
});

describe('MLP', () => {
  const config = { vocabularySize: 11, contextLength: 3, width: 4, hidden: 6, direct: true };

  it('learns a pattern that takes two tokens to see', async () => {
    const model = new MLP({ ...config, contextLength: 2, hidden: 16 }, { seed: 1 });
    const text = [1, 2, 1, 3, 1, 2, 1, 3, 1, 2];
    const pairs = text.slice(2).map((_, i) => [text[i]!, text[i + 1]!]);
    const step = trainStep(new optim.AdamW(model.parameters(), { lr: 0.05 }), (x, y) =>
      model.loss(x!, y!),
    );
    for (let i = 0; i < 40; i++) await step(int64(pairs), int64(text.slice(2)));
    expect(await write(model, [1, 2], 6)).toEqual([1, 3, 1, 2, 1, 3]);
  });
});

describe('LSTM language model', () => {
  const config = { vocabularySize: 11, width: 4, hidden: 6, layers: 2 };

  it('learns to count, and writes what it read step by step', async () => {
    const model = new LSTMLanguageModel({ ...config, layers: 1, hidden: 24 }, { seed: 3 });
    // how many 1s follow a 0 is how many 2s follow them
    const text = int64([[0, 1, 2, 0, 1, 1, 2, 2, 0, 1, 1, 1, 2, 2, 2, 0]]);
    const [x, y] = [text.narrow(1, 0, 15), text.narrow(1, 1, 15)] as [Tensor, Tensor];
    const step = trainStep(new optim.AdamW(model.parameters(), { lr: 0.05 }), (a, b) =>
      model.loss(a!, b!),
    );
    for (let i = 0; i < 60; i++) await step(x, y);
    expect(await write(model, [0, 1, 2, 0, 1, 1, 2], 6)).toEqual([2, 0, 1, 1, 1, 2]);
  });
});
