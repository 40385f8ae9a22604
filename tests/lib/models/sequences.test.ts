/** Models that make one sequence of another: seq2seq with attention, and the Transformer. */

import {
  beamSearch,
  type Decodable,
  generateBatch,
  optim,
  realize,
  Seq2Seq,
  type Tensor,
  Transformer,
  tensor,
  trainStep,
} from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { settings, statistics } from '../../../lib/onnx/sessions.ts';
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

  /** The same without a cache: the whole target is read again for each token. */
  const uncached = (model: Transformer, source: Tensor): Decodable => ({
    decode: (batch = 1) => {
      const all = source.expand([batch, source.shape[1]!]);
      let read: number[][] = Array.from({ length: batch }, () => []);
      return {
        async read(fresh) {
          read = read.map((tokens, i) => [...tokens, ...fresh[i]!]);
          const logits = model.forward(all, int64(read)).select(1, read[0]!.length - 1);
          return (await logits.array<number[][]>()).map((row) => Float32Array.from(row));
        },
        select(kept) {
          read = kept.map((i) => read[i]!);
        },
      };
    },
  });

  for (const padding of [0, undefined]) {
    const { padding: _, ...plain } = sizes;
    const config = padding === undefined ? plain : { ...plain, padding };
    const model = new Transformer({ ...config, dropout: 0.5 }, { seed: 4 });
    const name = padding === undefined ? 'without padding' : 'with padding';

    it(`writes the same with a cache as without, ${name}`, async () => {
      model.eval();
      for (const p of model.parameters()) if (p.ndim === 2) p.assign(p.mul(3));
      const one = int64([[4, 7, 9, 0, 0]]);
      const both = int64([
        [4, 7, 9, 0, 0],
        [3, 3, 5, 8, 10],
      ]);
      for (const options of [
        { maxTokens: 10, temperature: 0, repetitionPenalty: 1.3 },
        { maxTokens: 10, temperature: 1.2, topK: 8, topP: 0.95, seed: 7 },
      ]) {
        const starts = [
          [1, 2, 3],
          [1, 5, 6],
        ];
        for (const source of [one, both]) {
          const wanted = await generateBatch(uncached(model, source), starts, options);
          model.train();
          expect(await generateBatch(model.given(source), starts, options)).toEqual(wanted);
          expect(model.training).toBe(true);
          model.eval();
        }
      }
      const options = { maxTokens: 9, beams: 3, stop: 2 };
      const wanted = await beamSearch(uncached(model, one), [1], options);
      const found = await beamSearch(model.given(one), [1], options);
      expect(found.map(({ tokens }) => tokens)).toEqual(wanted.map(({ tokens }) => tokens));
    });
  }

  it('compiles two graphs for 256 tokens', async () => {
    const { smallGraph } = settings;
    settings.smallGraph = 0;
    const model = new Transformer(sizes, { seed: 2 });
    await realize(...model.parameters());
    const source = ids(11, 1, 5, 3);
    const before = statistics.compiled;
    await generateBatch(model.given(source), [[1]], { maxTokens: 256, temperature: 0 });
    expect(statistics.compiled - before).toBe(2); // the encoder, and a step
    settings.smallGraph = smallGraph;
  });
});

it.each([
  [
    'Transformer',
    new Transformer({ vocabularySize: 11, layers: 2, heads: 2, width: 8 }, { seed: 4 }),
  ],
  [
    'Seq2Seq',
    new Seq2Seq(
      { sourceVocabularySize: 11, targetVocabularySize: 11, width: 4, hidden: 5 },
      { seed: 4 },
    ),
  ],
])('%s goes on with the sources of the sequences that are selected', async (_, model) => {
  const both = ids(11, 2, 5, 3);
  const [there, turned] = [model.given(both).decode(2), model.given(both.flip(0)).decode(2)];
  await there.read([[1], [3]]);
  await turned.read([[3], [1]]);
  there.select([1, 0]);
  expect(await there.read([[5], [6]])).toEqual(await turned.read([[5], [6]]));
});
