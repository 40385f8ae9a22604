/** Models that make one sequence of another: seq2seq with attention, and the Transformer. */

import {
  beamSearch,
  type Decodable,
  generateBatch,
  optim,
  Seq2Seq,
  type Tensor,
  Transformer,
  tensor,
  trainStep,
} from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { ids } from './support.ts';

const source = ids(10, 2, 4, 3);

const int64 = (values: number[][]) => tensor(values, { dtype: 'int64' });

/** Texts to turn around, behind 1 and before 2; 0 fills up. */
const texts = [
  [3, 4, 5],
  [5, 3, 3],
  [4, 5],
  [6, 3, 4],
  [6, 6],
  [5, 6, 4],
];
const sources = int64(texts.map((text) => [...text, 0].slice(0, 3)));
const targets = int64(texts.map((text) => [1, ...text.toReversed(), 2, 0].slice(0, 5)));

interface Reverser {
  parameters(): ReturnType<Transformer['parameters']>;
  loss(source: Tensor, target: Tensor): Tensor;
  given(source: Tensor): Decodable;
}

/** Trains the model to turn texts around, and lets it do so in all ways there are. */
async function learnsToReverse(model: Reverser, steps: number, lr: number): Promise<void> {
  const step = trainStep(new optim.AdamW(model.parameters(), { lr }), (x, y) => model.loss(x!, y!));
  for (let i = 0; i < steps; i++) await step(sources, targets);
  expect(await model.loss(sources, targets).item()).toBeLessThan(0.1);
  const options = { maxTokens: 6, temperature: 0, stop: 2 };
  const starts = texts.map(() => [1]);
  const written = await generateBatch(model.given(sources), starts, options);
  expect(written).toEqual(texts.map((text) => text.toReversed()));
  const one = model.given(int64([[3, 4, 5]]));
  expect(await generateBatch(one, [[1]], options)).toEqual([[5, 4, 3]]);
  const [best] = await beamSearch(one, [1], { maxTokens: 6, beams: 3, stop: 2 });
  expect(best!.tokens).toEqual([5, 4, 3]);
}

describe('seq2seq with attention', () => {
  const sizes = { sourceVocabularySize: 11, targetVocabularySize: 11, padding: 0 };

  it('learns to turn texts around, and looks at the places it writes', async () => {
    const model = new Seq2Seq({ ...sizes, width: 16, hidden: 24 }, { seed: 1 });
    await learnsToReverse(model, 80, 0.02);
    const weights = await model.alignments(sources, targets.narrow(1, 0, 4)).array<number[][][]>();
    for (const row of weights.flat()) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    for (const place of weights[2]!) expect(place[2]).toBe(0); // filled up
  });

  it('needs a source for each sequence, or one for all', async () => {
    const model = new Seq2Seq({ ...sizes, width: 4, hidden: 5 }, { seed: 1 });
    const options = { maxTokens: 1, temperature: 0 };
    await expect(generateBatch(model.given(source), [[1], [1], [1]], options)).rejects.toThrow(
      '3 sequences need a source [1, length] or [3, length]',
    );
  });
});

describe('Transformer', () => {
  const sizes = { vocabularySize: 11, layers: 2, heads: 2, width: 8, ffWidth: 12, padding: 0 };

  it('learns to turn texts around', async () => {
    const model = new Transformer({ ...sizes, layers: 1, width: 32, ffWidth: 64 }, { seed: 1 });
    await learnsToReverse(model, 80, 0.005);
  });
});
