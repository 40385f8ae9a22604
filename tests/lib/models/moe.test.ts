import { generateBatch, MixtureGPT, optim, tensor, trainStep } from '@lectern/lib';
import { describe, expect, it } from 'vitest';

const config = {
  vocabularySize: 11,
  contextLength: 8,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  width: 16,
  experts: 3,
  topK: 2,
  ffWidth: 6,
};

describe('GPT with a mixture of experts', () => {
  it('reads with a cache what it reads at once', async () => {
    const model = new MixtureGPT(config, { seed: 2 });
    const tokens = [1, 4, 7, 10, 2];
    const logits = await model.forward(tensor([tokens], { dtype: 'int64' })).array<number[][][]>();
    const decoding = model.decode();
    await decoding.read([tokens.slice(0, 3)]);
    await decoding.read([[tokens[3]!]]);
    const [found] = await decoding.read([[tokens[4]!]]);
    for (const [i, value] of found!.entries()) expect(value).toBeCloseTo(logits[0]![4]![i]!, 5);
  });

  it('learns a pattern and uses its experts', async () => {
    const model = new MixtureGPT(config, { seed: 1 });
    const text = [1, 5, 2, 8, 3, 1, 5, 2];
    const [x, y] = [text.slice(0, -1), text.slice(1)].map((row) =>
      tensor([row], { dtype: 'int64' }),
    );
    const step = trainStep(new optim.AdamW(model.parameters(), { lr: 0.02 }), (a, b) =>
      model.loss(a!, b!),
    );
    for (let i = 0; i < 40; i++) await step(x!, y!);
    const options = { maxTokens: 5, temperature: 0 };
    expect(await generateBatch(model, [[1, 5, 2]], options)).toEqual([[8, 3, 1, 5, 2]]);
  });
});
