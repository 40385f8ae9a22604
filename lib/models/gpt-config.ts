/** How a GPT is made: its options, some well-known sizes, and what fits together. */

import { ShapeError } from '../tensor/errors.ts';

/** Rotations that are slowed down, so that what learned from short texts can read longer ones. */
export interface RotaryScaling {
  /** How many times slower. */
  factor: number;
  /**
   * Llama 3's way: those that turn fewer than `low` times in `contextLength` places are slowed down,
   * those that turn more than `high` times stay, in between it changes evenly. All are slowed down
   * where left out (Chen et al. 2023, arXiv:2306.15595).
   */
  gradual?: { contextLength: number; low: number; high: number };
}

export interface GPTConfig {
  vocabularySize: number;
  /** How many tokens it sees at most. */
  contextLength: number;
  layers: number;
  heads: number;
  width: number;
  /** Heads of keys and values, shared by groups of query heads; as many as `heads` if left out. */
  kvHeads?: number;
  /** Width within the feed-forward layers; 4 · width if left out. */
  ffWidth?: number;
  /** Whether linear layers have biases; true if left out. */
  bias?: boolean;
  activation?: 'gelu' | 'geluTanh' | 'swiglu';
  norm?: 'layer' | 'rms';
  normEps?: number;
  positions?: 'learned' | 'rotary';
  /** The slowest rotation takes about this many positions per radian. */
  rotaryBase?: number;
  /** How rotations are slowed down; not, if left out. */
  rotaryScaling?: RotaryScaling | null;
  /** Whether the head is the token embedding transposed; true if left out. */
  tiedEmbeddings?: boolean;
  /** Share of activations set to 0 while training. */
  dropout?: number;
  /**
   * The standard deviation with which matrices start; 0.02 if left out, as GPT-2's, which suits
   * widths of several hundred. Narrow models learn sooner from more: 1 / √width is a good choice.
   */
  initStd?: number;
}

const defaults = {
  bias: true,
  activation: 'gelu',
  norm: 'layer',
  normEps: 1e-5,
  positions: 'learned',
  rotaryBase: 10_000,
  rotaryScaling: null,
  tiedEmbeddings: true,
  dropout: 0,
  initStd: 0.02,
} as const;

/** A GPT that learns characters in minutes: 0.8 million parameters. */
export const gptNano: GPTConfig = {
  vocabularySize: 65,
  contextLength: 64,
  layers: 4,
  heads: 4,
  width: 128,
};

/** GPT-2, the smallest: 124 million parameters. */
export const gpt2: GPTConfig = {
  vocabularySize: 50_257,
  contextLength: 1024,
  layers: 12,
  heads: 12,
  width: 768,
  activation: 'geluTanh',
};

/** Llama's options at the sizes of SmolLM: 135 million parameters. */
export const llama: GPTConfig = {
  vocabularySize: 49_152,
  contextLength: 2048,
  layers: 30,
  heads: 9,
  kvHeads: 3,
  width: 576,
  ffWidth: 1536,
  bias: false,
  activation: 'swiglu',
  norm: 'rms',
  positions: 'rotary',
};

/** Options with nothing left out. */
export type Config = Required<GPTConfig>;

/** The options with what was left out; throws where sizes do not fit together. */
export function complete(options: GPTConfig): Config {
  const { heads, width } = options;
  const config = { ...defaults, kvHeads: heads, ffWidth: 4 * width, ...options };
  checkConfig(config);
  return config;
}

function checkConfig({ width, heads, kvHeads, positions }: Config): void {
  const fits = width % heads === 0 && heads % kvHeads === 0;
  if (!fits) {
    throw new ShapeError(
      `GPT: ${heads} heads must divide a width of ${width}, and ${kvHeads} key heads the heads`,
    );
  }
  if (positions === 'rotary' && (width / heads) % 2 !== 0) {
    throw new ShapeError(`GPT: rotary positions need heads of even width, not ${width / heads}`);
  }
}
