/** Models in folders: saved and loaded, and run by Hugging Face's pipeline from an ONNX export. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import {
  exportOnnx,
  FileFormatError,
  GPT,
  type GPTConfig,
  generate,
  gptToOnnx,
  loadModel,
  MixtureGPT,
  nn,
  openSafetensors,
  saveModel,
  saveSafetensors,
  tensor,
  text,
} from '@lectern/lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const golden = path.join(import.meta.dirname, 'golden');

let place = '';
beforeAll(() => {
  env.allowRemoteModels = false;
  place = mkdtempSync(path.join(tmpdir(), 'lectern-models-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const fresh = (name: string) => mkdtempSync(path.join(place, `${name}-`));

const end = '<|endoftext|>';
const words =
  'The quick brown fox jumps over the lazy dog; it’s 12 o’clock. Äpfel und Birnen 🍐.\n';
const bpe = text.trainBpe(words.repeat(9), { vocabularySize: 320, specialTokens: [end] });
const characters = new text.CharacterTokenizer(words);

const kinds: Record<string, Partial<GPTConfig>> = {
  'GPT-2': { activation: 'geluTanh' },
  Llama: {
    ...{ norm: 'rms', positions: 'rotary', activation: 'swiglu', bias: false },
    ...{ kvHeads: 2, tiedEmbeddings: false },
  },
  'a mixture': { positions: 'rotary', bias: false },
};

function modelOf(kind: string, tokenizer: text.Tokenizer): GPT {
  const { vocabularySize } = tokenizer;
  const sizes = { vocabularySize, contextLength: 64, layers: 2, heads: 4, width: 32 };
  const model = new GPT({ ...sizes, ...kinds[kind] }, { seed: 7 }).eval();
  // larger weights than a new model's, so that what comes next depends on all that came before
  for (const parameter of model.parameters()) parameter.assign(parameter.mul(6));
  return model;
}

async function written(tokens: AsyncIterable<number>): Promise<number[]> {
  const ids: number[] = [];
  for await (const id of tokens) ids.push(id);
  return ids;
}

describe.each(Object.keys(kinds))('%s', (kind) => {
  it('writes in the pipeline from disk what it writes here', async () => {
    const folder = fresh('onnx');
    const model = modelOf(kind, bpe);
    await exportOnnx(folder, model, bpe, { eosToken: end });
    const write = await pipeline('text-generation', folder, { dtype: 'fp32', device: 'cpu' });
    for (const prompt of ['The quick', 'Äpfel 🍐 12', `${end}It’s`]) {
      const ids = bpe.encode(prompt);
      const options = { maxTokens: 40, temperature: 0, stop: bpe.id(end)! };
      const ours = await written(generate(model, ids, options));
      const inputs = write.tokenizer(prompt);
      expect(Array.from(inputs.input_ids.data, Number)).toEqual(ids);
      const theirs = await write.model.generate({ ...inputs, max_new_tokens: 40 });
      const all = Array.from((theirs as { data: BigInt64Array }).data, Number);
      expect(all.filter((id) => id !== bpe.id(end))).toEqual(
        [...ids, ...ours].filter((id) => id !== bpe.id(end)),
      );
      const [{ generated_text: story }] = (await write(prompt, { max_new_tokens: 40 })) as [
        { generated_text: string },
      ];
      expect(story).toBe(bpe.decode([...ids, ...ours], { skipSpecialTokens: true }));
    }
    await write.dispose();
  });

  it('comes back from its folder with its tokenizer', async () => {
    const folder = fresh('saved');
    const model = modelOf(kind, bpe);
    await saveModel(path.join(folder, 'a/b'), model, bpe, { bosToken: end, eosToken: end });
    const back = await loadModel(path.join(folder, 'a/b'));
    expect(back.model.config).toEqual(model.config);
    expect(back.tokenizer!.encode(words)).toEqual(bpe.encode(words));
    const ids = tensor([[1, 2, 3]], { dtype: 'int64' });
    expect(await back.model.forward(ids).data()).toEqual(await model.forward(ids).data());
    expect(readdirSync(path.join(folder, 'a/b')).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
  });
});

describe('a tokenizer of characters', () => {
  it('is exported as well', async () => {
    const folder = fresh('characters');
    const model = modelOf('GPT-2', characters);
    await exportOnnx(folder, model, characters);
    const write = await pipeline('text-generation', folder, { dtype: 'fp32', device: 'cpu' });
    const prompt = 'The quick 🍐';
    const ids = characters.encode(prompt);
    const options = { maxTokens: 20, temperature: 0 };
    const ours = await written(generate(model, ids, options));
    const [{ generated_text: story }] = (await write(prompt, { max_new_tokens: 20 })) as [
      { generated_text: string },
    ];
    expect(story).toBe(characters.decode([...ids, ...ours]));
    await write.dispose();
  });
});

describe('saving', () => {
  it('needs no tokenizer', async () => {
    const folder = fresh('bare');
    await saveModel(folder, modelOf('GPT-2', bpe));
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors']);
    expect((await loadModel(folder)).tokenizer).toBe(null);
  });

  it('refuses a tokenizer of another model, and end tokens that it does not have', async () => {
    const model = modelOf('GPT-2', characters);
    await expect(saveModel(fresh('other'), model, bpe)).rejects.toThrow(
      /its tokenizer has \d+ tokens, it knows only \d+; do they belong together/,
    );
    const own = modelOf('GPT-2', bpe);
    await expect(exportOnnx(fresh('end'), own, bpe, { eosToken: '</s>' })).rejects.toThrow(
      `"</s>" is no special token of its tokenizer; those are: "${end}"`,
    );
  });
});

describe('models that other programs do not know', () => {
  it.each([
    ['saveModel', (model: GPT) => saveModel(fresh('other'), model)],
    ['exportOnnx', (model: GPT) => exportOnnx(fresh('other'), model, characters)],
    ['gptToOnnx', gptToOnnx],
  ] as const)('are refused by %s', async (name, keep) => {
    const sizes = { vocabularySize: 7, contextLength: 8, layers: 1, heads: 2, width: 8 };
    const mixture = new MixtureGPT({ ...sizes, experts: 2 }, { seed: 1 });
    await expect(keep(mixture as unknown as GPT)).rejects.toThrow(
      `${name}: other programs know GPTs (with whichever options, so Llama too), not this MixtureGPT`,
    );
    const quantised = modelOf('Llama', characters);
    await nn.quantize(quantised);
    await expect(keep(quantised)).rejects.toThrow('keep such a model with saveSafetensors(');
  });
});

describe('folders of public models', () => {
  it.each(['gpt2', 'llama'])('%s is loaded, in one file or several', async (name) => {
    const { model, tokenizer } = await loadModel(path.join(golden, name));
    expect(tokenizer).toBe(null);
    const { ids, logits } = JSON.parse(
      readFileSync(path.join(golden, name, 'expected.json'), 'utf8'),
    );
    const found = await model.forward(tensor(ids, { dtype: 'int64' })).array();
    expect(found[1][6][31]).toBeCloseTo(logits[1][6][31], 4);
  });

  const parts = [1, 2, 3].map((n) => `model-0000${n}-of-00003.safetensors`);
  const index = 'model.safetensors.index.json';

  /** What is done to the folder of a Llama in three parts, and what the error says. */
  const damages: [string, (folder: string) => void | Promise<void>, RegExp][] = [
    ['no settings', (folder) => rmSync(path.join(folder, 'config.json')), /ENOENT.*config\.json/],
    [
      'cut settings',
      (folder) => cut(path.join(folder, 'config.json')),
      /config\.json: is not JSON/,
    ],
    [
      'no weights',
      (folder) => rmSync(path.join(folder, index)),
      /there is neither model\.safetens/,
    ],
    ['a part missing', (folder) => rmSync(path.join(folder, parts[1]!)), /ENOENT.*00002-of/],
    ['a part cut short', (folder) => cut(path.join(folder, parts[1]!)), /00002-of.*cut short/],
    ['a cut index', (folder) => cut(path.join(folder, index)), /index\.json: is not JSON/],
    ['an empty index', (folder) => writeIndex(folder, {}), /index\.json: has no weight_map/],
    ['an index of null', (folder) => writeIndex(folder, null), /index\.json: has no weight_map/],
    [
      'an index that leads elsewhere',
      (folder) => writeIndex(folder, { weight_map: { x: '../other.safetensors' } }),
      /"\.\.\/other\.safetensors" does not name a safetensors file in this folder/,
    ],
    [
      'an index without some part',
      (folder) => writeIndex(folder, { weight_map: { x: parts[0], y: parts[1] } }),
      /describes a model of 4944 parameters, but its files only have/,
    ],
    [
      'a tensor in two parts',
      async (folder) => {
        const reader = await openSafetensors(path.join(folder, parts[0]!));
        await saveSafetensors(path.join(folder, parts[1]!), await reader.tensors());
      },
      /is in two files/,
    ],
    [
      'a broken tokenizer',
      (folder) => writeFileSync(path.join(folder, 'tokenizer.json'), '{}'),
      /./,
    ],
  ];

  function cut(file: string): void {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 10));
  }

  function writeIndex(folder: string, contents: unknown): void {
    writeFileSync(path.join(folder, index), JSON.stringify(contents));
  }

  it.each(damages)('%s is an error', async (_, damage, message) => {
    const folder = fresh('damaged');
    cpSync(path.join(golden, 'llama'), folder, { recursive: true });
    await damage(folder);
    const error = await loadModel(folder).catch((caught) => caught);
    expect(error).toBeInstanceOf(Error);
    if (error.code !== 'ENOENT' && !/tokenizer/.test(error.message)) {
      expect(error).toBeInstanceOf(FileFormatError);
    }
    expect(error.message).toMatch(message);
  });
});
