/** Writing with a model: it reads, a token is chosen, it reads that token, and so on. */

import { publicOp } from '../forbid.ts';
import type { Signal } from '../signal.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { Generator, generatorFrom } from '../tensor/random.ts';
import type { Decodable } from './decoding.ts';
import { chooseToken, type SamplingOptions } from './sampling.ts';

export interface WritingOptions {
  /** How many tokens are written at most. */
  maxTokens: number;
  /** Tokens that end the text; they are not part of it. */
  stop?: number | readonly number[];
  /** Ends the work with the signal's reason, before the next token. */
  signal?: Signal;
}

export interface GenerateOptions extends WritingOptions, SamplingOptions {
  /** Where chance comes from; not needed at temperature 0. */
  seed?: number | Generator;
}

/**
 * Writes after `prompt`, one token at a time.
 *
 * A model with a limited context goes on beyond it: see the model's `decode`.
 *
 * @param prompt at least one token
 * @example for await (const token of generate(model, [5], { maxTokens: 9, seed: 1 })) show(token)
 */
export const generate = publicOp(
  'generate',
  (model: Decodable, prompt: readonly number[], options: GenerateOptions) => {
    checkPrompt('generate', prompt);
    checkOptions('generate', options);
    return tokensAfter(model, [...prompt], options, chanceOf('generate', options));
  },
);

async function* tokensAfter(
  model: Decodable,
  tokens: number[],
  options: GenerateOptions,
  generator: Generator,
): AsyncGenerator<number, void, undefined> {
  const { maxTokens, signal } = options;
  const stops = stopsOf(options);
  const decoding = model.decode();
  let fresh: readonly number[] = tokens;
  for (let written = 0; written < maxTokens; written++) {
    signal?.throwIfAborted();
    const [logits] = await decoding.read([fresh]);
    const token = chooseToken(logits!, tokens, options, generator);
    if (stops.has(token)) return;
    yield token;
    tokens.push(token);
    fresh = [token];
  }
}

/**
 * Writes after several prompts at once, which must be equally long: what follows each, up to where
 * it stops. Many short texts take little longer than one.
 */
export const generateBatch = publicOp(
  'generateBatch',
  async (
    model: Decodable,
    prompts: readonly (readonly number[])[],
    options: GenerateOptions,
  ): Promise<number[][]> => {
    for (const prompt of prompts) checkPrompt('generateBatch', prompt);
    checkOptions('generateBatch', options);
    if (prompts.length === 0) return [];
    if (new Set(prompts.map((prompt) => prompt.length)).size > 1) {
      throw new ShapeError('generateBatch: the prompts must be equally long');
    }
    const generator = chanceOf('generateBatch', options);
    const stops = stopsOf(options);
    const texts = prompts.map((prompt) => ({ tokens: [...prompt], ended: false }));
    const decoding = model.decode(prompts.length);
    let fresh: (readonly number[])[] = [...prompts];
    for (let written = 0; written < options.maxTokens; written++) {
      options.signal?.throwIfAborted();
      const logits = await decoding.read(fresh);
      fresh = texts.map((text, i) => {
        if (text.ended) return [0]; // something has to be read
        const token = chooseToken(logits[i]!, text.tokens, options, generator);
        text.ended = stops.has(token);
        if (!text.ended) text.tokens.push(token);
        return [token];
      });
      if (texts.every(({ ended }) => ended)) break;
    }
    return texts.map(({ tokens }, i) => tokens.slice(prompts[i]!.length));
  },
);

/** The tokens that end a text. */
export function stopsOf({ stop = [] }: WritingOptions): ReadonlySet<number> {
  return new Set(typeof stop === 'number' ? [stop] : stop);
}

export function checkPrompt(name: string, prompt: readonly number[]): void {
  if (prompt.length > 0) return;
  throw new LibraryError(`${name}: the prompt is empty; a model needs a token to start from`);
}

/** Throws where a number makes no sense: a loop would silently do nothing, or write the unlikely. */
function checkOptions(name: string, { maxTokens, temperature = 1 }: GenerateOptions): void {
  checkMaxTokens(name, maxTokens);
  if (temperature >= 0 && temperature < Infinity) return;
  throw new LibraryError(`${name}: the temperature is 0 or more, not ${temperature}`);
}

export function checkMaxTokens(name: string, maxTokens: number): void {
  if (maxTokens === Infinity || (Number.isInteger(maxTokens) && maxTokens >= 0)) return;
  throw new LibraryError(`${name}: maxTokens is a whole number from 0 on, not ${maxTokens}`);
}

function chanceOf(name: string, { seed, temperature }: GenerateOptions): Generator {
  if (seed === undefined && temperature === 0) return new Generator(0);
  return generatorFrom(name, { seed: seed! });
}
