/**
 * The settings of a model as Hugging Face's `config.json` has them, and ours. What our GPT cannot
 * do is refused: a model that leaves out a part would silently be another one.
 */

import type { GPTConfig, RotaryScaling } from '../models/gpt-config.ts';
import { FileFormatError } from '../tensor/errors.ts';
import type { LayoutName } from './gpt-names.ts';

/** The contents of a JSON file. */
export type JsonObject = Record<string, unknown>;

type Config = Required<GPTConfig>;

/** Ids of the tokens with which texts begin and end, where there are some. */
export interface TokenIds {
  bos_token_id?: number;
  eos_token_id?: number;
}

/** The type of models that are neither GPT-2 nor Llama; only we know it. */
const ownType = 'lectern-gpt';

/** More than any of these models has; lies in a file must not fill the memory. */
const largestSize = 2 ** 24;

/** For each place of the context a row of angles is kept. */
const longestRotary = 2 ** 20;

/** Whose layout a GPT with these settings has; null where it is neither GPT-2 nor Llama. */
export function layoutOf(config: Config): LayoutName | null {
  const { positions, norm, activation, bias, heads, kvHeads } = config;
  if (positions === 'rotary') return norm === 'rms' && activation === 'swiglu' ? 'llama' : null;
  const plain = norm === 'layer' && activation !== 'swiglu' && bias && kvHeads === heads;
  return plain ? 'gpt2' : null;
}

/** The settings of our GPT for a `config.json` of GPT-2, of Llama, or of our own. */
export function configFromJson(json: unknown): { layout: LayoutName | null; config: Config } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new FileFormatError('config.json: is not an object of settings');
  }
  const settings = new Settings(json as JsonObject);
  const { model_type: type } = json as JsonObject;
  if (type === 'gpt2') return { layout: type, config: fromGpt2(settings) };
  if (type === 'llama') return { layout: type, config: fromLlama(settings) };
  if (type === ownType) return { layout: null, config: fromOwn(settings) };
  throw new FileFormatError(
    `config.json: the model is of type ${JSON.stringify(type)}; gpt2 and llama can be read`,
  );
}

/** The `config.json` of a GPT with these settings. */
export function configToJson(config: Config, ends: TokenIds = {}): JsonObject {
  const layout = layoutOf(config);
  if (layout !== null) return configToHuggingFace(config, layout, ends);
  return { model_type: ownType, ...ends, ...config };
}

/** How many numbers such a model learns. */
export function parameterCount(config: Config): number {
  const { vocabularySize, contextLength, width, heads, kvHeads, ffWidth } = config;
  const linear = (inputs: number, outputs: number) => (inputs + (config.bias ? 1 : 0)) * outputs;
  const norm = config.norm === 'layer' ? 2 * width : width;
  const attention = linear(width, (heads + 2 * kvHeads) * (width / heads)) + linear(width, width);
  const ups = config.activation === 'swiglu' ? 2 : 1;
  const feedForward = ups * linear(width, ffWidth) + linear(ffWidth, width);
  const block = 2 * norm + attention + feedForward;
  const positions = config.positions === 'learned' ? contextLength * width : 0;
  const embeddings = (config.tiedEmbeddings ? 1 : 2) * vocabularySize * width + positions;
  return embeddings + config.layers * block + norm;
}

function fromOwn(settings: Settings): Config {
  const numbers = [
    'vocabularySize',
    'contextLength',
    'layers',
    'heads',
    'width',
    'kvHeads',
    'ffWidth',
  ];
  const sizes = Object.fromEntries(numbers.map((name) => [name, settings.size(name)]));
  return {
    ...(sizes as unknown as Config),
    bias: settings.flag('bias'),
    contextLength: settings.size('contextLength', undefined, longestRotary),
    activation: settings.oneOf('activation', ['gelu', 'geluTanh', 'swiglu']),
    norm: settings.oneOf('norm', ['layer', 'rms']),
    normEps: settings.number('normEps'),
    positions: settings.oneOf('positions', ['learned', 'rotary']),
    rotaryBase: settings.number('rotaryBase'),
    rotaryScaling: ownScaling(settings),
    tiedEmbeddings: settings.flag('tiedEmbeddings'),
    initStd: settings.number('initStd', 0.02),
    dropout: 0, // what is loaded is used; training it further begins with a choice of one's own
  };
}

function fromGpt2(settings: Settings): Config {
  settings.demand('scale_attn_weights', true);
  settings.demand('scale_attn_by_inverse_layer_idx', false);
  settings.demand('add_cross_attention', false);
  const width = settings.size('n_embd', 768);
  const heads = settings.size('n_head', 12);
  return {
    vocabularySize: settings.size('vocab_size', 50_257),
    contextLength: settings.size('n_positions', 1024),
    layers: settings.size('n_layer', 12),
    heads,
    width,
    kvHeads: heads,
    ffWidth: settings.size('n_inner', 4 * width),
    bias: true,
    activation: settings.choice('activation_function', 'gelu_new', {
      gelu_new: 'geluTanh',
      gelu_pytorch_tanh: 'geluTanh',
      gelu: 'gelu',
    }),
    norm: 'layer',
    normEps: settings.number('layer_norm_epsilon', 1e-5),
    positions: 'learned',
    rotaryBase: 10_000, // not used
    rotaryScaling: null,
    dropout: 0,
    initStd: settings.number('initializer_range', 0.02),
    tiedEmbeddings: settings.flag('tie_word_embeddings', true),
  };
}

function fromLlama(settings: Settings): Config {
  const heads = settings.size('num_attention_heads', 32);
  const width = settings.size('hidden_size', 4096);
  const bias = settings.flag('attention_bias', false);
  settings.demand('mlp_bias', bias, false);
  settings.demand('head_dim', width / heads);
  settings.demand('rope_interleaved', false);
  return {
    vocabularySize: settings.size('vocab_size', 32_000),
    contextLength: settings.size('max_position_embeddings', 2048, longestRotary),
    layers: settings.size('num_hidden_layers', 32),
    heads,
    width,
    kvHeads: settings.size('num_key_value_heads', heads),
    ffWidth: settings.size('intermediate_size', 11_008),
    bias,
    activation: settings.choice('hidden_act', 'silu', { silu: 'swiglu' }),
    norm: 'rms',
    normEps: settings.number('rms_norm_eps', 1e-6),
    positions: 'rotary',
    ...rotationFrom(settings),
    dropout: 0,
    initStd: settings.number('initializer_range', 0.02),
    tiedEmbeddings: settings.flag('tie_word_embeddings', false),
  };
}

/**
 * Version 5 of Hugging Face's library keeps all of it in `rope_parameters`, earlier ones in
 * `rope_theta` and `rope_scaling`.
 */
function rotationFrom(settings: Settings): Pick<Config, 'rotaryBase' | 'rotaryScaling'> {
  const [rope, older] = [settings.inner('rope_parameters'), settings.inner('rope_scaling')];
  for (const part of [rope, older]) part.demand('partial_rotary_factor', 1);
  return {
    rotaryBase: rope.number('rope_theta', settings.number('rope_theta', 10_000)),
    rotaryScaling: scalingFrom(rope) ?? scalingFrom(older),
  };
}

function scalingFrom(rope: Settings): RotaryScaling | null {
  const kinds = { default: 'default', linear: 'linear', llama3: 'llama3' } as const;
  const kind = rope.choice('rope_type', rope.choice('type', 'default', kinds), kinds);
  if (kind === 'default') return null;
  const factor = rope.number('factor');
  if (kind === 'linear') return { factor };
  const contextLength = rope.size('original_max_position_embeddings', undefined, longestRotary);
  const [low, high] = [rope.number('low_freq_factor'), rope.number('high_freq_factor')];
  return { factor, gradual: { contextLength, low, high } };
}

/** The same under our own names. */
function ownScaling(settings: Settings): RotaryScaling | null {
  const scaling = settings.inner('rotaryScaling');
  if (scaling.isEmpty) return null;
  const factor = scaling.number('factor');
  const gradual = scaling.inner('gradual');
  if (gradual.isEmpty) return { factor };
  const contextLength = gradual.size('contextLength', undefined, longestRotary);
  return {
    factor,
    gradual: { contextLength, low: gradual.number('low'), high: gradual.number('high') },
  };
}

/** What Hugging Face's libraries know it as. */
function scalingToHuggingFace(scaling: RotaryScaling | null): JsonObject {
  if (scaling === null) return { rope_type: 'default' };
  const { factor, gradual } = scaling;
  if (gradual === undefined) return { rope_type: 'linear', factor };
  return {
    rope_type: 'llama3',
    factor,
    low_freq_factor: gradual.low,
    high_freq_factor: gradual.high,
    original_max_position_embeddings: gradual.contextLength,
  };
}

/** A `config.json`, read setting by setting; null counts as left out. */
class Settings {
  readonly #json: JsonObject;

  constructor(json: JsonObject) {
    this.#json = json;
  }

  number(name: string, otherwise?: number): number {
    const value = this.#get(name) ?? otherwise;
    if (typeof value !== 'number' || !(value > 0)) this.#fail(name, 'a number above 0');
    return value;
  }

  /** A size, from 1 up. */
  size(name: string, otherwise?: number, largest = largestSize): number {
    const value = this.number(name, otherwise);
    if (!Number.isInteger(value) || value > largest) {
      this.#fail(name, `a whole number from 1 to ${largest}`);
    }
    return value;
  }

  flag(name: string, otherwise?: boolean): boolean {
    const value = this.#get(name) ?? otherwise;
    if (typeof value !== 'boolean') this.#fail(name, 'true or false');
    return value;
  }

  choice<T>(name: string, otherwise: string, meanings: Record<string, T>): T {
    const value = this.#get(name) ?? otherwise;
    if (typeof value !== 'string' || !Object.hasOwn(meanings, value)) {
      this.#fail(name, Object.keys(meanings).join(' or '));
    }
    return meanings[value]!;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const found = words.find((word) => word === this.#get(name));
    return found ?? this.#fail(name, words.join(' or '));
  }

  /** Throws where a setting has another value than ours. */
  demand(name: string, value: unknown, otherwise = value): void {
    if ((this.#get(name) ?? otherwise) !== value) this.#fail(name, JSON.stringify(value));
  }

  /** Whether nothing is set. */
  get isEmpty(): boolean {
    return Object.keys(this.#json).length === 0;
  }

  /** The settings within a setting; none where it is left out. */
  inner(name: string): Settings {
    const value = this.#get(name) ?? {};
    if (typeof value !== 'object') this.#fail(name, 'an object');
    return new Settings(value as JsonObject);
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#json, name) ? this.#json[name] : undefined;
  }

  #fail(name: string, wanted: string): never {
    throw new FileFormatError(
      `config.json: ${name} is ${JSON.stringify(this.#get(name)) ?? 'missing'}; ` +
        `our GPT needs ${wanted}`,
    );
  }
}

/** A `config.json` for these settings as GPT-2 or Llama would have it. */
export function configToHuggingFace(
  config: Config,
  layout: LayoutName,
  ends: TokenIds = {},
): JsonObject {
  const common = {
    architectures: [layout === 'gpt2' ? 'GPT2LMHeadModel' : 'LlamaForCausalLM'],
    model_type: layout,
    vocab_size: config.vocabularySize,
    tie_word_embeddings: config.tiedEmbeddings,
    dtype: 'float32',
    use_cache: true,
    initializer_range: config.initStd,
    bos_token_id: ends.bos_token_id ?? null,
    eos_token_id: ends.eos_token_id ?? null,
  };
  if (layout === 'gpt2') {
    return {
      ...common,
      n_positions: config.contextLength,
      n_layer: config.layers,
      n_head: config.heads,
      n_embd: config.width,
      n_inner: config.ffWidth,
      activation_function: config.activation === 'gelu' ? 'gelu' : 'gelu_new',
      layer_norm_epsilon: config.normEps,
    };
  }
  const scaling = scalingToHuggingFace(config.rotaryScaling);
  return {
    ...common,
    max_position_embeddings: config.contextLength,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.width / config.heads,
    hidden_size: config.width,
    intermediate_size: config.ffWidth,
    hidden_act: 'silu',
    rms_norm_eps: config.normEps,
    attention_bias: config.bias,
    mlp_bias: config.bias,
    rope_theta: config.rotaryBase,
    rope_scaling: config.rotaryScaling && scaling,
    rope_parameters: { ...scaling, rope_theta: config.rotaryBase },
  };
}
