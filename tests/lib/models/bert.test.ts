import { BERT, maskTokens, optim, tensor, trainStep } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { filledUp, ids } from './support.ts';

const sizes = { vocabularySize: 11, contextLength: 6, layers: 2, heads: 2, width: 8, padding: 0 };
const text = filledUp(ids(10, 2, 5, 3).add(1), [5, 3]);

describe('BERT', () => {
  it('learns to guess from both sides', async () => {
    const model = new BERT({ ...sizes, layers: 1, width: 32, contextLength: 3 }, { seed: 1 });
    // the token between two is told by both together, by neither alone
    const texts = [1, 2].flatMap((a) => [1, 2].map((b) => [a, 2 + 2 * a + b, b]));
    const hidden = texts.map(([a, , b]) => [a!, 9, b!]);
    const targets = texts.map(([, middle]) => [-100, middle!, -100]);
    const step = trainStep(new optim.AdamW(model.parameters(), { lr: 0.005 }), (x, y) =>
      model.maskedLoss(x!, y!),
    );
    const [x, y] = [hidden, targets].map((rows) => tensor(rows, { dtype: 'int64' }));
    for (let i = 0; i < 75; i++) await step(x!, y!);
    expect(await model.maskedLoss(x!, y!).item()).toBeLessThan(0.1);
  });

  it('tells the segments apart, and says what does not fit', async () => {
    const model = new BERT(sizes, { seed: 1 });
    const first = model.classify(text);
    const second = model.classify(text, text.mul(0).add(1));
    expect(await first.sub(second).abs().max().item()).toBeGreaterThan(1e-4);
    expect(() => model.forward(ids(11, 1, 7, 3))).toThrow('length ≤ 6, got [1,7]');
  });
});

describe('masking', () => {
  it('hides as many as asked for, in the three ways', async () => {
    const texts = [Array.from({ length: 4000 }, (_, i) => (i % 8 === 0 ? 0 : 1 + (i % 50)))];
    const options = { vocabularySize: 100, maskToken: 99, special: [0], share: 0.2, seed: 1 };
    const { ids: hidden, targets } = maskTokens(texts, options);
    const [seen, wanted] = [await hidden.array<number[][]>(), await targets.array<number[][]>()];
    const chosen = wanted[0]!.flatMap((token, i) => (token === -100 ? [] : [i]));
    for (const i of chosen) expect(wanted[0]![i]).toBe(texts[0]![i]);
    for (const [i, token] of texts[0]!.entries()) {
      if (token === 0 || !chosen.includes(i)) expect(seen[0]![i]).toBe(token);
    }
    expect(chosen.length / 3500).toBeCloseTo(0.2, 1);
    const masked = chosen.filter((i) => seen[0]![i] === 99).length / chosen.length;
    const kept = chosen.filter((i) => seen[0]![i] === texts[0]![i]).length / chosen.length;
    expect(masked).toBeCloseTo(0.8, 1);
    expect(kept).toBeCloseTo(0.1, 1);
  });
});
