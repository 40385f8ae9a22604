/**
 * A tiny GPT-2 and a tiny Llama as Hugging Face's library has saved them (golden/make_models.py):
 * the same logits, and back to the same tensors.
 */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  FileFormatError,
  GPT,
  gptFromHuggingFace,
  gptToHuggingFace,
  gptToOnnx,
  loadSafetensors,
  nn,
  randn,
  type TensorDict,
  tensor,
  zeros,
} from '@lectern/lib';
import { beforeAll, describe, expect, it } from 'vitest';

type Json = Record<string, unknown>;

/** All there is in a golden folder. */
async function open(name: string) {
  const folder = path.join(import.meta.dirname, 'golden', name);
  const json = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const files = readdirSync(folder).filter((file) => file.endsWith('.safetensors'));
  const parts = await Promise.all(files.map((file) => loadSafetensors(path.join(folder, file))));
  const weights = Object.assign({}, ...parts) as TensorDict;
  return { config: json('config.json') as Json, weights, expected: json('expected.json') };
}

/** Rotations that are slowed down, and the last logits that the tiny Llama then gives. */
const scaled = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'golden/llama/scaled.json'), 'utf8'),
) as { rope_parameters: Json; ids: number[][]; logits: number[][] }[];

const golden: Record<string, Awaited<ReturnType<typeof open>>> = {};
beforeAll(async () => {
  for (const name of ['gpt2', 'llama']) golden[name] = await open(name);
});

describe.each(['gpt2', 'llama'])('%s', (name) => {
  it('gives the logits of the Python library', async () => {
    const { config, weights, expected } = golden[name]!;
    const model = await gptFromHuggingFace(config, weights);
    expect(model.training).toBe(false);
    const logits = await model.forward(tensor(expected.ids, { dtype: 'int64' })).array();
    for (const [b, rows] of expected.logits.entries()) {
      for (const [t, row] of rows.entries()) {
        for (const [i, value] of row.entries()) expect(logits[b][t][i]).toBeCloseTo(value, 4);
      }
    }
  });

  it('is written back with the same names, shapes and bits', async () => {
    const { config, weights } = golden[name]!;
    const back = gptToHuggingFace(await gptFromHuggingFace(config, weights));
    expect(Object.keys(back.weights).sort()).toEqual(Object.keys(weights).sort());
    for (const [key, x] of Object.entries(weights)) {
      expect([key, back.weights[key]!.shape]).toEqual([key, x.shape]);
      expect(await back.weights[key]!.data()).toEqual(await x.data());
    }
    const settings = (json: Json) => ({ ...json, rope_theta: null, n_inner: null });
    for (const [key, value] of Object.entries(settings(back.config))) {
      if (value !== null) expect([key, config[key]]).toEqual([key, value]);
    }
  });

  it('is read without the prefix of its names, and with buffers of older versions', async () => {
    const { config, weights } = golden[name]!;
    const bare = Object.entries(weights).map(([key, x]) => [key.replace(/^\w+\./, ''), x]);
    const old: TensorDict = { ...Object.fromEntries(bare), 'lm_head.weight': zeros([32, 16]) };
    if (name === 'gpt2') old['h.0.attn.bias'] = zeros([1, 1, 4, 4]);
    else {
      old['layers.1.self_attn.rotary_emb.inv_freq'] = zeros([2]);
      old['lm_head.weight'] = weights['lm_head.weight']!;
      delete old.weight;
    }
    const models = [
      await gptFromHuggingFace(config, old),
      await gptFromHuggingFace(config, weights),
    ];
    const [one, other] = models.map((model) => model.forward(tensor([[1, 2]], { dtype: 'int64' })));
    expect(await one!.data()).toEqual(await other!.data());
  });

  it('is refused where weights are missing, left over, or of another shape', async () => {
    const { config, weights } = golden[name]!;
    const names = Object.keys(weights).sort();
    const { [names[1]!]: _, ...fewer } = weights;
    const load = (changed: TensorDict) => gptFromHuggingFace(config, changed);
    await expect(load({ ...fewer, padding: zeros([1000]) })).rejects.toThrow(
      `missing are ${names[1]} (1); there is no place for padding (1)`,
    );
    await expect(load(fewer)).rejects.toThrow(/describes a model of \d+ parameters, but its files/);
    await expect(load({ ...weights, 'model.norm.bias': zeros([16]) })).rejects.toThrow(
      /there is no place for model.norm.bias/,
    );
    const turned = { ...weights, [names[2]!]: zeros([7, 100]) };
    await expect(load(turned)).rejects.toThrow(/shape|dimension|size/);
  });
});

describe('settings', () => {
  /** What is changed, and what the error says. */
  const refused: [string, Json, RegExp][] = [
    ['gpt2', { model_type: 'bert' }, /of type "bert"; gpt2 and llama can be read/],
    ['gpt2', { model_type: undefined }, /of type undefined/],
    ['gpt2', { n_layer: 2.5 }, /n_layer is 2.5; our GPT needs a whole number from 1 to/],
    ['gpt2', { n_layer: -1 }, /n_layer is -1/],
    ['gpt2', { n_layer: '2' }, /n_layer is "2"; our GPT needs a number above 0/],
    ['gpt2', { n_layer: 1_000_000 }, /describes a model of \d+ parameters, but its files only/],
    ['gpt2', { vocab_size: 16_000_000 }, /parameters, but its files only/],
    ['gpt2', { n_layer: 1e300 }, /n_layer is 1e\+300/],
    ['gpt2', { activation_function: 'relu' }, /"relu"; our GPT needs gelu_new or/],
    ['gpt2', { activation_function: '__proto__' }, /"__proto__"; our GPT needs/],
    ['gpt2', { scale_attn_by_inverse_layer_idx: true }, /is true; our GPT needs false/],
    ['gpt2', { tie_word_embeddings: 'yes' }, /"yes"; our GPT needs true or false/],
    ['llama', { head_dim: 8 }, /head_dim is 8; our GPT needs 4/],
    ['llama', { mlp_bias: true }, /mlp_bias is true; our GPT needs false/],
    ['llama', { hidden_act: 'gelu' }, /needs silu/],
    ['llama', { rope_scaling: { rope_type: 'llama3', factor: 8 } }, /original_max.*is missing/],
    [
      'llama',
      { rope_scaling: { type: 'yarn', factor: 2 } },
      /"yarn"; our GPT needs default or lin/,
    ],
    ['llama', { rope_parameters: { rope_type: 'linear' } }, /factor is missing/],
    ['llama', { rope_interleaved: true }, /rope_interleaved is true; our GPT needs false/],
    [
      'llama',
      { rope_parameters: { partial_rotary_factor: 0.5 } },
      /factor is 0.5; our GPT needs 1/,
    ],
    ['llama', { rope_parameters: 5 }, /rope_parameters is 5; our GPT needs an object/],
    ['llama', { max_position_embeddings: 16_000_000 }, /a whole number from 1 to 1048576/],
  ];

  it.each(refused)('%s with %o are refused', async (name, changes, message) => {
    const { config, weights } = golden[name]!;
    const error = await gptFromHuggingFace({ ...config, ...changes }, weights).catch((e) => e);
    expect(error).toBeInstanceOf(FileFormatError);
    expect(error.message).toMatch(message);
  });

  it.each([null, [], 'gpt2', 5])('that are %o are refused', async (config) => {
    await expect(gptFromHuggingFace(config, {})).rejects.toThrow(/not an object of settings/);
  });

  it('of Llama keep the base of its rotation, wherever they have it', async () => {
    const { config, weights } = golden.llama!;
    const older = { ...config, rope_parameters: undefined, rope_theta: 700 };
    expect((await gptFromHuggingFace(older, weights)).config.rotaryBase).toBe(700);
    expect((await gptFromHuggingFace(config, weights)).config.rotaryBase).toBe(500);
  });
});

describe('a rotation that is slowed down', () => {
  it.each(scaled)('is read and written as Llama has it: %o', async ({ ids, logits, ...rope }) => {
    const { config, weights } = golden.llama!;
    const older = {
      ...config,
      rope_theta: 500,
      rope_parameters: undefined,
      rope_scaling: rope.rope_parameters,
    };
    for (const json of [{ ...config, ...rope }, older]) {
      const model = await gptFromHuggingFace(json, weights);
      const found = await model.forward(tensor(ids, { dtype: 'int64' })).array<number[][][]>();
      for (const [b, row] of logits.entries()) {
        for (const [i, value] of row.entries()) expect(found[b]![6]![i]).toBeCloseTo(value, 4);
      }
      const back = gptToHuggingFace(model).config;
      expect(back.rope_parameters).toEqual(rope.rope_parameters);
      expect((await gptFromHuggingFace(back, weights)).config).toEqual(model.config);
      const own = new GPT({ ...model.config, norm: 'layer' }, { seed: 1 });
      const file = gptToHuggingFace(own);
      expect((await gptFromHuggingFace(file.config, file.weights)).config).toEqual(own.config);
    }
  });
});

describe('mixtures that are neither', () => {
  it('keep our own names and settings', async () => {
    const model = new GPT(
      {
        ...{ vocabularySize: 11, contextLength: 8, layers: 2, heads: 4, kvHeads: 2, width: 16 },
        ...{ positions: 'rotary', activation: 'gelu', norm: 'layer', normEps: 1e-4, ffWidth: 24 },
      },
      { seed: 5 },
    ).eval();
    const { config, weights } = gptToHuggingFace(model);
    expect(config.model_type).toBe('lectern-gpt');
    const back = await gptFromHuggingFace(JSON.parse(JSON.stringify(config)), weights);
    expect(back.config).toEqual(model.config);
    const ids = tensor([[1, 2, 3]], { dtype: 'int64' });
    expect(await back.forward(ids).data()).toEqual(await model.forward(ids).data());
    await expect(gptFromHuggingFace({ ...config, norm: 'batch' }, weights)).rejects.toThrow(
      /norm is "batch"; our GPT needs layer or rms/,
    );
    await expect(gptFromHuggingFace({ ...config, width: undefined }, weights)).rejects.toThrow(
      /width is missing/,
    );
  });
});

describe('a model with layers that were put in', () => {
  const sizes = { vocabularySize: 11, contextLength: 8, layers: 2, heads: 2, width: 16 };
  const ids = tensor([[1, 2, 3]], { dtype: 'int64' });

  it('is written with what LoRA has added, and stays as it is', async () => {
    const model = new GPT({ ...sizes, activation: 'geluTanh' }, { seed: 5 }).eval();
    nn.addLoRA(model, { targets: /qkv|down/, rank: 2, seed: 6 });
    for (const b of nn.loraParameters(model)) b.assign(randn(b.shape, { seed: 7 }));
    const before = await model.forward(ids).data();
    const { config, weights } = gptToHuggingFace(model);
    const back = await gptFromHuggingFace(config, weights);
    const after = await back.forward(ids).data();
    for (const [i, value] of after.entries()) expect(value).toBeCloseTo(Number(before[i]), 4);
    expect(await model.forward(ids).data()).toEqual(before);
    for (const layer of model.modules()) if (layer instanceof nn.LoRALinear) layer.merge();
    const merged = gptToHuggingFace(model).weights;
    for (const [name, x] of Object.entries(weights)) {
      expect(await merged[name]!.data()).toEqual(await x.data());
    }
  });

  it('is refused where they are quantised', async () => {
    const model = new GPT(sizes, { seed: 5 }).eval();
    await nn.quantize(model, { targets: /down/ });
    expect(() => gptToHuggingFace(model)).toThrow(/^blocks.0.feedForward.down.weight is not as in/);
    await expect(gptToOnnx(model)).rejects.toThrow(/keep such a model with saveSafetensors/);
    nn.addLoRA(model, { seed: 1 });
    expect(() => gptToHuggingFace(model)).toThrow(/^blocks.0.feedForward.down.weight is not as in/);
  });
});
