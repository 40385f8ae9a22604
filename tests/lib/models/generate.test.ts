import {
  beamSearch,
  type Decodable,
  GPT,
  generate,
  generateBatch,
  keepTopP,
  tensor,
} from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { forbid } from '../../../lib/forbid.ts';
import { settings, statistics } from '../../../lib/onnx/sessions.ts';

const sizes = { vocabularySize: 13, contextLength: 8, layers: 2, heads: 2, width: 16 };
const config = { ...sizes, initStd: 0.4 }; // logits that differ, though untrained

/** The same model without a cache: everything is read again for each token. */
function uncached(model: GPT): Decodable {
  const { contextLength } = model.config;
  return {
    decode: (batch = 1) => {
      let windows: number[][] = Array.from({ length: batch }, () => []);
      return {
        async read(ids) {
          windows = windows.map((window, i) => {
            const longer = [...window, ...ids[i]!];
            if (longer.length <= contextLength) return longer;
            return longer.slice(-Math.max(ids[i]!.length, contextLength / 2));
          });
          const logits = model.forward(tensor(windows, { dtype: 'int64' }));
          const last = logits.select(1, windows[0]!.length - 1);
          return (await last.array<number[][]>()).map((row) => Float32Array.from(row));
        },
        select(sequences) {
          windows = sequences.map((i) => windows[i]!);
        },
      };
    },
  };
}

async function all(tokens: AsyncIterable<number>): Promise<number[]> {
  const list: number[] = [];
  for await (const token of tokens) list.push(token);
  return list;
}

/** A model without weights: the logits are a function of the tokens so far. */
function scripted(logitsAfter: (tokens: readonly number[]) => readonly number[]): Decodable {
  return {
    decode: (batch = 1) => {
      let read: number[][] = Array.from({ length: batch }, () => []);
      return {
        async read(ids) {
          read = read.map((tokens, i) => [...tokens, ...ids[i]!]);
          return read.map((tokens) => Float32Array.from(logitsAfter(tokens)));
        },
        select(sequences) {
          read = sequences.map((i) => read[i]!);
        },
      };
    },
  };
}

describe('generate', () => {
  const models = {
    gpt2: new GPT(config, { seed: 4 }),
    llama: new GPT(
      {
        ...config,
        kvHeads: 1,
        activation: 'swiglu',
        norm: 'rms',
        positions: 'rotary',
        tiedEmbeddings: false,
      },
      { seed: 4 },
    ),
  };

  for (const [name, model] of Object.entries(models)) {
    it(`writes the same with a cache as without, also beyond the context, as ${name}`, async () => {
      for (const options of [
        { maxTokens: 20, temperature: 0, repetitionPenalty: 1.3 },
        { maxTokens: 20, temperature: 1.2, topK: 8, topP: 0.95, seed: 7 },
      ]) {
        const cached = await all(generate(model, [3, 1, 4], options));
        const plain = await all(generate(uncached(model), [3, 1, 4], options));
        expect(cached).toEqual(plain);
        expect(cached).toHaveLength(20);
      }
    });
  }

  it('compiles at most two graphs for 256 tokens, whatever the prompts', async () => {
    const { smallGraph } = settings;
    settings.smallGraph = 0;
    const model = new GPT({ ...config, contextLength: 64 }, { seed: 2 });
    await Promise.all(model.parameters().map((p) => p.realize()));
    const before = statistics.compiled;
    await all(generate(model, [1, 2, 3], { maxTokens: 256, temperature: 0 }));
    await all(generate(model, [1, 2, 3, 4, 5, 6, 7], { maxTokens: 5, temperature: 0 }));
    expect(statistics.compiled - before).toBeLessThanOrEqual(2);
    settings.smallGraph = smallGraph;
  });

  it('writes the same again from the same seed, and otherwise from another', async () => {
    const write = (seed: number) =>
      all(generate(models.gpt2, [1], { maxTokens: 12, temperature: 2, seed }));
    expect(await write(1)).toEqual(await write(1));
    expect(await write(1)).not.toEqual(await write(2));
  });

  it('takes a prompt longer than the context by its end', async () => {
    const long = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const options = { maxTokens: 3, temperature: 0 };
    expect(await all(generate(models.gpt2, long, options))).toEqual(
      await all(generate(models.gpt2, long.slice(-8), options)),
    );
  });

  it('stops at a stop token, at the signal, and when nobody asks for more', async () => {
    const counting = scripted((tokens) =>
      Array.from({ length: 10 }, (_, i) => (i === tokens.at(-1)! + 1 ? 5 : 0)),
    );
    const options = { maxTokens: 100, temperature: 0 };
    expect(await all(generate(counting, [2], { ...options, stop: 6 }))).toEqual([3, 4, 5]);
    expect(await all(generate(counting, [2], { ...options, stop: [9, 4] }))).toEqual([3]);
    const controller = new AbortController();
    const seen: number[] = [];
    await expect(async () => {
      for await (const token of generate(counting, [0], {
        ...options,
        signal: controller.signal,
      })) {
        seen.push(token);
        if (token === 3) controller.abort();
      }
    }).rejects.toThrow('aborted');
    expect(seen).toEqual([1, 2, 3]);
    for await (const token of generate(counting, [0], options)) if (token === 2) break;
  });

  it('says what it needs', async () => {
    expect(() => generate(models.gpt2, [], { maxTokens: 1, seed: 1 })).toThrow('prompt is empty');
    expect(() => generate(models.gpt2, [1], { maxTokens: 1 })).toThrow('need a seed');
    const { gpt2 } = models;
    for (const maxTokens of [-1, 0.5, Number.NaN, undefined as unknown as number]) {
      const message = `maxTokens is a whole number from 0 on, not ${maxTokens}`;
      expect(() => generate(gpt2, [1], { maxTokens, seed: 1 })).toThrow(`generate: ${message}`);
      await expect(beamSearch(gpt2, [1], { maxTokens })).rejects.toThrow(message);
    }
    for (const temperature of [-1, Number.NaN, Infinity]) {
      const options = { maxTokens: 1, temperature, seed: 1 };
      await expect(generateBatch(gpt2, [[1]], options)).rejects.toThrow(
        `generateBatch: the temperature is 0 or more, not ${temperature}`,
      );
    }
    for (const beams of [0, 1.5]) {
      await expect(beamSearch(gpt2, [1], { maxTokens: 1, beams })).rejects.toThrow(
        `beams is a whole number from 1 on, not ${beams}`,
      );
    }
    expect(await generateBatch(gpt2, [], { maxTokens: 1, seed: 1 })).toEqual([]);
    for (const token of [13, -1, 0.5]) {
      await expect(all(generate(models.gpt2, [token], { maxTokens: 1, seed: 1 }))).rejects.toThrow(
        `${token} is no token of a vocabulary of 13`,
      );
    }
  });

  it('writes several texts at once as one by one', async () => {
    const prompts = [
      [1, 2],
      [7, 3],
      [0, 12],
    ];
    const options = { maxTokens: 9, temperature: 0, stop: 5 };
    const together = await generateBatch(models.llama, prompts, options);
    for (const [i, prompt] of prompts.entries()) {
      const alone = await all(generate(models.llama, prompt, options));
      expect(together[i]).toEqual(alone);
    }
    await expect(generateBatch(models.gpt2, [[1], [1, 2]], options)).rejects.toThrow(
      'equally long',
    );
  });
});

describe('models and writing', () => {
  it('can be taken away for exercises', () => {
    forbid(['GPT', 'generate', 'keepTopP']);
    try {
      expect(() => new GPT(config, { seed: 1 })).toThrow('write this one yourself: GPT');
      expect(() => keepTopP(Float32Array.of(1), 0.5)).toThrow('write this one yourself: keepTopP');
    } finally {
      forbid([]);
    }
  });
});

describe('beam search', () => {
  // after a: the likelier b leads into even odds, the less likely c to a sure d
  const [a, b, c, d, end] = [0, 1, 2, 3, 4];
  const tree = scripted((tokens) => {
    const odds: Record<number, number[]> = {
      [a]: [0, 0.6, 0.4, 0, 0],
      [b]: [0.25, 0.25, 0.25, 0.25, 0],
      [c]: [0, 0, 0, 1, 0],
      [d]: [0, 0, 0, 0, 1],
    };
    return odds[tokens.at(-1)!]!.map(Math.log);
  });

  it('finds what taking the likeliest at each step misses', async () => {
    const options = { maxTokens: 2, lengthPenalty: 0 };
    const [greedy] = await beamSearch(tree, [a], { ...options, beams: 1 });
    expect(greedy!.tokens[0]).toBe(b);
    expect(greedy!.score).toBeCloseTo(Math.log(0.6 * 0.25), 5);
    const [best] = await beamSearch(tree, [a], { ...options, beams: 2 });
    expect(best!.tokens).toEqual([c, d]);
    expect(best!.score).toBeCloseTo(Math.log(0.4), 5);
  });

  it('ends texts at the stop token and divides by the length penalty', async () => {
    const found = await beamSearch(tree, [a], { maxTokens: 3, beams: 2, stop: end });
    expect(found[0]!.tokens).toEqual([c, d]);
    expect(found[0]!.score).toBeCloseTo(Math.log(0.4) / (8 / 6) ** 0.6, 5);
  });

  it('gives what a search through everything gives, if the beams are enough', async () => {
    const model = new GPT({ ...config, vocabularySize: 4 }, { seed: 9 });
    const [best] = await beamSearch(model, [1, 2], { beams: 16, maxTokens: 3, lengthPenalty: 0 });
    let [score, tokens] = [-Infinity, [] as number[]];
    for (let code = 0; code < 64; code++) {
      const text = [code >> 4, (code >> 2) & 3, code & 3];
      const ids = tensor([[1, 2, ...text]], { dtype: 'int64' });
      const logs = await model.forward(ids).logSoftmax(-1).array();
      const sum = text.reduce((total, token, i) => total + logs[0][1 + i][token], 0);
      if (sum > score) [score, tokens] = [sum, text];
    }
    expect(best!.tokens).toEqual(tokens);
    expect(best!.score).toBeCloseTo(score, 4);
  });
});
