import { generateBatch, optim, tensor, trainStep } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { makeDecoder } from './support.ts';

describe('GPT with a mixture of experts', () => {
  it('learns a pattern and uses its experts', async () => {
    const model = makeDecoder.moe();
    const text = [1, 5, 2, 8, 3, 1, 5];
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

  it('says what is too long', () => {
    const long = tensor([[1, 2, 3, 4, 5, 6, 7]], { dtype: 'int64' });
    expect(() => makeDecoder.moe().forward(long)).toThrow(
      'MixtureGPT: needs ids [batch, length] with length ≤ 6, got [1,7]',
    );
  });
});
