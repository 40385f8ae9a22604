/** GPTs as ONNX models: the same logits as ours, whole or in steps, with padding and in batches. */

import { GPT, type GPTConfig, gptToOnnx, tensor } from '@lectern/lib';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';

const small: GPTConfig = {
  ...{ vocabularySize: 23, contextLength: 16, layers: 2, heads: 4, width: 16 },
  dropout: 0.5,
};

const kinds: Record<string, Partial<GPTConfig>> = {
  'GPT-2': { activation: 'geluTanh' },
  'GPT with exact GELU, without biases': { bias: false, tiedEmbeddings: false },
  Llama: {
    ...{ norm: 'rms', positions: 'rotary', activation: 'swiglu', bias: false },
    ...{ kvHeads: 2, tiedEmbeddings: false, normEps: 1e-3, rotaryBase: 100 },
  },
  'one key head for all, slow rotations': {
    ...{ kvHeads: 1, positions: 'rotary', ffWidth: 20 },
    rotaryScaling: { factor: 8, gradual: { contextLength: 8, low: 0.5, high: 2 } },
  },
};

const int64 = (rows: number[][]) =>
  new ort.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]!.length]);

/** A model, its ONNX form, and a way to run that. */
async function prepare(options: Partial<GPTConfig>) {
  const model = new GPT({ ...small, ...options }, { seed: 2 }).eval();
  // larger weights than a new model's, so that everything matters
  for (const parameter of model.parameters()) parameter.assign(parameter.mul(8));
  const session = await ort.InferenceSession.create(await gptToOnnx(model));
  const { kvHeads, width, heads, layers } = model.config;
  const run = async (ids: number[][], mask: number[][], positions: number[][], past?: Past) => {
    const feeds: Record<string, ort.Tensor> = { ...past };
    const shape = [ids.length, kvHeads, 0, width / heads];
    for (let n = 0; n < layers; n++) {
      for (const kind of ['key', 'value']) {
        feeds[`past_key_values.${n}.${kind}`] ??= new ort.Tensor('float32', [], shape);
      }
    }
    const inputs = { input_ids: ids, attention_mask: mask, position_ids: positions };
    for (const [name, rows] of Object.entries(inputs)) feeds[name] = int64(rows);
    const results = await session.run(feeds);
    const present = Object.entries(results)
      .filter(([name]) => name.startsWith('present.'))
      .map(([name, value]) => [name.replace('present', 'past_key_values'), value]);
    return { logits: results.logits!.data as Float32Array, past: Object.fromEntries(present) };
  };
  return { model, session, run };
}

type Past = Record<string, ort.Tensor>;

function expectClose(found: Float32Array, wanted: ArrayLike<number | bigint>) {
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(Number(wanted[i]), 4);
}

const ids = [
  [1, 5, 9, 22, 0, 7],
  [3, 3, 3, 2, 1, 0],
];
const ones = ids.map((row) => row.map(() => 1));
const places = ids.map((row) => row.map((_, i) => i));

describe.each(Object.entries(kinds))('%s', (_, options) => {
  it('gives our logits, in one go and token by token', async () => {
    const { model, run } = await prepare(options);
    const wanted = await model.forward(tensor(ids, { dtype: 'int64' })).data();
    expectClose((await run(ids, ones, places)).logits, wanted);
    let past: Past | undefined;
    for (let t = 0; t < 6; t++) {
      const at = (rows: number[][]) => rows.map((row) => [row[t]!]);
      const seen = ones.map((row) => row.slice(0, t + 1));
      const step = await run(at(ids), seen, at(places), past);
      past = step.past;
      for (const b of [0, 1]) {
        const row = (b * 6 + t) * 23;
        expectClose(step.logits.slice(b * 23, b * 23 + 23), wanted.slice(row, row + 23));
      }
    }
  });

  it('sees no padding in front', async () => {
    const { model, run } = await prepare(options);
    const wanted = await model.forward(tensor([[1, 5, 9]], { dtype: 'int64' })).data();
    const { logits } = await run([[0, 0, 1, 5, 9]], [[0, 0, 1, 1, 1]], [[1, 1, 0, 1, 2]]);
    expectClose(logits.slice(2 * 23), wanted);
  });

  it('has the inputs and outputs of published models', async () => {
    const { session } = await prepare(options);
    const cache = (name: string) =>
      [0, 1].flatMap((n) => [`${name}.${n}.key`, `${name}.${n}.value`]);
    expect(session.inputNames).toEqual([
      ...['input_ids', 'attention_mask', 'position_ids'],
      ...cache('past_key_values'),
    ]);
    expect(session.outputNames).toEqual(['logits', ...cache('present')]);
  });
});
