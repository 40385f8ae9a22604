/**
 * A GPT as an ONNX model that other programs can run: any batch, any length, with a key-value
 * cache. Inputs and outputs are called as in the models that Hugging Face publishes, so that its
 * pipelines know what to do with them.
 *
 *     input_ids, position_ids      [batch, length]           int64
 *     attention_mask               [batch, past + length]    int64, 0 for padding
 *     past_key_values.N.key        [batch, kvHeads, past, headWidth]
 *     past_key_values.N.value      the same
 *   gives
 *     logits                       [batch, length, vocabularySize]
 *     present.N.key, .value        [batch, kvHeads, past + length, headWidth]
 *
 * This is gpt.ts once more, in ONNX's own operations: lengths are not known here, which the
 * library's own graphs cannot express.
 */

import { publicOp } from '../forbid.ts';
import type { GPT } from '../models/gpt.ts';
import { ModelBuilder, type Port } from '../onnx/model.ts';
import { LibraryError } from '../tensor/errors.ts';
import { checkIsGPT, plainWeights } from './plain-weights.ts';
import { bytesOf } from './safetensors/safetensors.ts';

/** What a file in the format of Protocol Buffers can hold, with some room for the graph. */
const mostBytes = 2 ** 31 - 2 ** 20;

/** What is added to the score of a place that must not be seen: the lowest float32. */
const unseen = -3.4028234663852886e38;

/** @returns the bytes of the model file */
export const gptToOnnx = publicOp('gptToOnnx', async (model: GPT): Promise<Uint8Array> => {
  checkIsGPT('gptToOnnx', model);
  const { config } = model;
  const headWidth = config.width / config.heads;
  const cache = [...Array(config.layers).keys()].flatMap((n) => [`${n}.key`, `${n}.value`]);
  const cachePort = (name: string, length: string): Port => ({
    name,
    dtype: 'float32',
    shape: ['batch', config.kvHeads, length, headWidth],
  });
  const builder = new ModelBuilder();
  await addWeights(builder, model);
  new GptGraph(builder, config).write();
  return builder.build(
    [
      { name: 'input_ids', dtype: 'int64', shape: ['batch', 'length'] },
      { name: 'attention_mask', dtype: 'int64', shape: ['batch', 'past_and_length'] },
      { name: 'position_ids', dtype: 'int64', shape: ['batch', 'length'] },
      ...cache.map((name) => cachePort(`past_key_values.${name}`, 'past')),
    ],
    [
      { name: 'logits', dtype: 'float32', shape: ['batch', 'length', config.vocabularySize] },
      ...cache.map((name) => cachePort(`present.${name}`, 'past_and_length')),
    ],
  );
});

/** Parameters under their own names, and `cos` and `sin` of all positions where they are rotary. */
async function addWeights(builder: ModelBuilder, model: GPT): Promise<void> {
  const weights = Object.entries({ ...plainWeights(model), ...model.rotation });
  const bytes = weights.reduce((sum, [, x]) => sum + 4 * x.numel, 0);
  if (bytes > mostBytes) {
    throw new LibraryError(
      `exporting to ONNX: the weights take ${bytes} bytes, more than the 2 GB of one ONNX file`,
    );
  }
  for (const [name, x] of weights) {
    builder.weight({ name, dtype: x.dtype, shape: x.shape, bytes: await bytesOf(x) });
  }
}

/** Writes the nodes; names of methods and arguments follow gpt.ts. */
class GptGraph {
  readonly #m: ModelBuilder;
  readonly #config: GPT['config'];
  readonly #headWidth: number;

  constructor(builder: ModelBuilder, config: GPT['config']) {
    this.#m = builder;
    this.#config = config;
    this.#headWidth = config.width / config.heads;
  }

  write(): void {
    const { layers, positions, tiedEmbeddings } = this.#config;
    let x = this.#m.node('Gather', ['tokenEmbedding.weight', 'input_ids']);
    if (positions === 'learned') {
      x = this.#m.node('Add', [
        x,
        this.#m.node('Gather', ['positionEmbedding.weight', 'position_ids']),
      ]);
    }
    const mask = this.#mask();
    const rotation = positions === 'rotary' ? this.#rotation() : null;
    for (let n = 0; n < layers; n++) x = this.#block(x, n, mask, rotation);
    x = this.#norm(x, 'finalNorm');
    const head = tiedEmbeddings
      ? this.#m.node('Transpose', ['tokenEmbedding.weight'], { perm: [1, 0] })
      : 'head.weight';
    this.#m.output('logits', this.#m.node('MatMul', [x, head]));
  }

  /**
   * What is added to the scores, `[batch, 1, length, past + length]`: nothing where a place of the
   * past is seen that is not padding.
   */
  #mask(): string {
    const m = this.#m;
    const [zero, one] = [m.scalar(0, 'int64'), m.scalar(1, 'int64')];
    const total = m.node('Gather', [m.node('Shape', ['attention_mask']), one]);
    const length = m.node('Gather', [m.node('Shape', ['input_ids']), one]);
    const past = m.node('Sub', [total, length]);
    const keys = m.node('Range', [zero, total, one]); // [past + length]
    const queries = m.node('Unsqueeze', [m.node('Range', [past, total, one]), m.ints([1])]);
    const earlier = m.node('LessOrEqual', [keys, queries]); // [length, past + length]
    const real = m.node('Cast', ['attention_mask'], { to: 9 }); // bool
    const seen = m.node('And', [earlier, m.node('Unsqueeze', [real, m.ints([1, 2])])]);
    return m.node('Where', [seen, m.scalar(0, 'float32'), m.scalar(unseen, 'float32')]);
  }

  /** Cosines and sines for these positions, `[batch, 1, length, headWidth / 2]`. */
  #rotation(): [cos: string, sin: string] {
    const at = (table: string) => {
      const rows = this.#m.node('Gather', [table, 'position_ids']);
      return this.#m.node('Unsqueeze', [rows, this.#m.ints([1])]);
    };
    return [at('cos'), at('sin')];
  }

  #block(x: string, n: number, mask: string, rotation: [string, string] | null): string {
    const m = this.#m;
    const seen = this.#attention(this.#norm(x, `blocks.${n}.norm1`), n, mask, rotation);
    const h = m.node('Add', [x, seen]);
    return m.node('Add', [h, this.#feedForward(this.#norm(h, `blocks.${n}.norm2`), n)]);
  }

  #attention(x: string, n: number, mask: string, rotation: [string, string] | null): string {
    const m = this.#m;
    const { heads, kvHeads } = this.#config;
    const d = this.#headWidth;
    const place = `blocks.${n}.attention`;
    const sizes = m.ints([heads * d, kvHeads * d, kvHeads * d]);
    const parts = m.nodes('Split', [this.#linear(x, `${place}.qkv`), sizes], 3, { axis: -1 });
    let [q, k, v] = parts.map((part, i) => {
      const split = m.node('Reshape', [part, m.ints([0, 0, i === 0 ? heads : kvHeads, d])]);
      return m.node('Transpose', [split], { perm: [0, 2, 1, 3] }); // [batch, heads, length, d]
    }) as [string, string, string];
    if (rotation !== null) [q, k] = [this.#rotate(q, rotation), this.#rotate(k, rotation)];
    k = m.node('Concat', [`past_key_values.${n}.key`, k], { axis: 2 });
    v = m.node('Concat', [`past_key_values.${n}.value`, v], { axis: 2 });
    m.output(`present.${n}.key`, k);
    m.output(`present.${n}.value`, v);
    // query heads that share a key head are rows of one matrix; 0 keeps a size, -1 is what is left
    const grouped = (y: string) => m.node('Reshape', [y, m.ints([0, kvHeads, -1, 0])]);
    const single = (y: string) => m.node('Reshape', [y, m.ints([0, heads, -1, 0])]);
    const columns = m.node('Transpose', [k], { perm: [0, 1, 3, 2] });
    const products = single(m.node('MatMul', [grouped(q), columns]));
    const scores = m.node('Mul', [products, m.scalar(d ** -0.5, 'float32')]);
    const weights = m.node('Softmax', [m.node('Add', [scores, mask])], { axis: -1 });
    const mixed = single(m.node('MatMul', [grouped(weights), v])); // [batch, heads, length, d]
    const joined = m.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
    return this.#linear(m.node('Reshape', [joined, m.ints([0, 0, -1])]), `${place}.output`);
  }

  /** Turns each pair (x[i], x[i + d / 2]) by its position's angle. */
  #rotate(x: string, [cos, sin]: [string, string]): string {
    const m = this.#m;
    const half = this.#headWidth / 2;
    const [a, b] = m.nodes('Split', [x, m.ints([half, half])], 2, { axis: -1 }) as [string, string];
    const times = (y: string, z: string) => m.node('Mul', [y, z]);
    const left = m.node('Sub', [times(a, cos), times(b, sin)]);
    const right = m.node('Add', [times(b, cos), times(a, sin)]);
    return m.node('Concat', [left, right], { axis: -1 });
  }

  #feedForward(x: string, n: number): string {
    const m = this.#m;
    const { activation } = this.#config;
    const place = `blocks.${n}.feedForward`;
    const up = this.#linear(x, `${place}.up`);
    if (activation !== 'swiglu') {
      const approximate = activation === 'gelu' ? 'none' : 'tanh';
      return this.#linear(m.node('Gelu', [up], { approximate }), `${place}.down`);
    }
    const gate = this.#linear(x, `${place}.gate`);
    const open = m.node('Mul', [gate, m.node('Sigmoid', [gate])]);
    return this.#linear(m.node('Mul', [open, up]), `${place}.down`);
  }

  #norm(x: string, place: string): string {
    const m = this.#m;
    const { norm, normEps } = this.#config;
    if (norm === 'layer') {
      const inputs = [x, `${place}.weight`, `${place}.bias`];
      return m.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: normEps } });
    }
    const square = m.node('ReduceMean', [m.node('Mul', [x, x]), m.ints([-1])], { keepdims: 1 });
    const size = m.node('Sqrt', [m.node('Add', [square, m.scalar(normEps, 'float32')])]);
    return m.node('Mul', [m.node('Div', [x, size]), `${place}.weight`]);
  }

  #linear(x: string, place: string): string {
    const product = this.#m.node('MatMul', [x, `${place}.weight`]);
    return this.#config.bias ? this.#m.node('Add', [product, `${place}.bias`]) : product;
  }
}
