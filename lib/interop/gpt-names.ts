/**
 * Where GPT-2 and Llama, as Hugging Face's files have them, keep the weights of our GPT.
 *
 * Names differ, and so does the form: PyTorch's linear layers keep `[out, in]`, ours `[in, out]`;
 * GPT-2's are `[in, out]` as well ("Conv1D"). Llama keeps queries, keys and values apart. Rotary
 * pairs are the same here and there. Nothing is computed, so numbers keep their bits both ways.
 */

import { cat } from '../functions/movement.ts';
import type { GPTConfig } from '../models/gpt-config.ts';
import { FileFormatError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorDict } from './safetensors/safetensors.ts';

/** Tensors that are read one by one, such as those of open safetensors files. */
export interface WeightSource {
  keys(): string[];
  getTensor(name: string): Promise<Tensor>;
  /** How many numbers they have together. */
  readonly elements: number;
}

interface Layout {
  /** In front of all names but the head's; missing in files of the model without its head. */
  readonly prefix: string;
  /** Our layers, and theirs: where there are several, their columns side by side are ours. */
  readonly places: Readonly<Record<string, readonly string[]>>;
  /** Our layers whose weight is theirs transposed. */
  readonly transposed: RegExp;
  /** Tensors that are no weights and follow from the settings. */
  readonly ignored: RegExp;
}

const gpt2: Layout = {
  prefix: 'transformer.',
  places: {
    tokenEmbedding: ['wte'],
    positionEmbedding: ['wpe'],
    'blocks.N.norm1': ['h.N.ln_1'],
    'blocks.N.attention.qkv': ['h.N.attn.c_attn'],
    'blocks.N.attention.output': ['h.N.attn.c_proj'],
    'blocks.N.norm2': ['h.N.ln_2'],
    'blocks.N.feedForward.up': ['h.N.mlp.c_fc'],
    'blocks.N.feedForward.down': ['h.N.mlp.c_proj'],
    finalNorm: ['ln_f'],
    head: ['lm_head'],
  },
  transposed: /^head$/,
  ignored: /^h\.\d+\.attn\.(masked_)?bias$/,
};

const llama: Layout = {
  prefix: 'model.',
  places: {
    tokenEmbedding: ['embed_tokens'],
    'blocks.N.norm1': ['layers.N.input_layernorm'],
    'blocks.N.attention.qkv': ['q_proj', 'k_proj', 'v_proj'].map((x) => `layers.N.self_attn.${x}`),
    'blocks.N.attention.output': ['layers.N.self_attn.o_proj'],
    'blocks.N.norm2': ['layers.N.post_attention_layernorm'],
    'blocks.N.feedForward.gate': ['layers.N.mlp.gate_proj'],
    'blocks.N.feedForward.up': ['layers.N.mlp.up_proj'],
    'blocks.N.feedForward.down': ['layers.N.mlp.down_proj'],
    finalNorm: ['norm'],
    head: ['lm_head'],
  },
  transposed: /attention|feedForward|head/,
  ignored: /(^|\.)rotary_emb\.inv_freq$/,
};

/** Our own names. */
const own: Layout = { prefix: '', places: {}, transposed: /^$/, ignored: /^$/ };

const layouts = { gpt2, llama } as const;

/** Whose names and forms. */
export type LayoutName = keyof typeof layouts;

/** Their names for one of our parameters, without the prefix, and whether theirs is transposed. */
function theirNames({ places, transposed }: Layout, ours: string) {
  const [, place, kind] = /^(.+)\.(weight|bias)$/.exec(ours)!;
  const block = /^blocks\.(\d+)/.exec(place!)?.[1];
  const theirs = places[place!.replace(/^blocks\.\d+/, 'blocks.N')] ?? [place!];
  return {
    names: theirs.map((name) => `${name.replace('N', block ?? 'N')}.${kind}`),
    turned: kind === 'weight' && transposed.test(place!),
  };
}

const headName = 'lm_head.weight';

/**
 * Reads the weights of our GPT from a file in this layout, or under our own names (null).
 *
 * @param wanted our names, as `namedParameters()` has them
 * @throws FileFormatError where tensors are missing, or where there are some that our GPT has no
 *   place for: leaving these out would silently be another model
 */
export async function readWeights(
  source: WeightSource,
  layoutName: LayoutName | null,
  wanted: readonly string[],
): Promise<TensorDict> {
  const layout = layoutName === null ? own : layouts[layoutName];
  const present = new Set(source.keys());
  const prefixed = [...present].some((name) => name.startsWith(layout.prefix));
  const full = (name: string) => (prefixed && name !== headName ? layout.prefix + name : name);
  const parts = wanted.map((ours) => {
    const { names, turned } = theirNames(layout, ours);
    return { ours, names: names.map(full), turned };
  });
  checkNames(
    present,
    new Set(parts.flatMap(({ names }) => names)),
    (name) => name === headName || layout.ignored.test(name.replace(layout.prefix, '')),
  );
  const state: TensorDict = {};
  for (const { ours, names, turned } of parts) {
    const tensors: Tensor[] = [];
    for (const name of names) {
      const x = (await source.getTensor(name)).cast('float32');
      tensors.push(turned ? x.T : x);
    }
    state[ours] = await (tensors.length === 1 ? tensors[0]! : cat(tensors, -1)).realize();
  }
  return state;
}

function checkNames(
  present: ReadonlySet<string>,
  needed: ReadonlySet<string>,
  ignored: (name: string) => boolean,
): void {
  const missing = [...needed].filter((name) => !present.has(name));
  const extra = [...present].filter((name) => !needed.has(name) && !ignored(name));
  if (missing.length + extra.length === 0) return;
  const list = (what: string, names: string[]) =>
    names.length === 0 ? '' : `; ${what} ${names.slice(0, 3).join(', ')} (${names.length})`;
  throw new FileFormatError(
    `the weights are not those of this model${list('missing are', missing)}` +
      list('there is no place for', extra),
  );
}

/** The weights of our GPT under the names and in the form of this layout. */
export function writtenWeights(
  state: TensorDict,
  layoutName: LayoutName,
  { width, heads, kvHeads = heads }: GPTConfig,
): TensorDict {
  const layout = layouts[layoutName];
  const sizes = [heads, kvHeads, kvHeads].map((n) => (n * width) / heads);
  const written: TensorDict = {};
  for (const [ours, x] of Object.entries(state)) {
    const { names, turned } = theirNames(layout, ours);
    const parts = names.length === 1 ? [x] : x.split(sizes, -1);
    for (const [i, name] of names.entries()) {
      const full = name === headName ? name : layout.prefix + name;
      written[full] = turned ? parts[i]!.T : parts[i]!;
    }
  }
  return written;
}
