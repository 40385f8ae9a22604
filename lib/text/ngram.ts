/**
 * N-gram language models: the next token given the n − 1 before it, by counting (Shannon 1948,
 * *A Mathematical Theory of Communication*, section 3).
 */

import { announce, demandLeave } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';

announce('text.NGramModel');

export interface NGramOptions {
  /** How many tokens a gram has: 1 looks at no context, 2 at one token, and so on. */
  n: number;
  /** How many tokens there are; ids are below. */
  vocabularySize: number;
  /**
   * Added to every count, so that nothing is impossible (Laplace): 1 where left out, 0 for bare
   * frequencies.
   */
  smoothing?: number;
  /** Put n − 1 times before each sequence, so that its first tokens have a context too. */
  begin?: number;
  /** Put after each sequence, so that its end can be foretold. */
  end?: number;
}

export interface SampleOptions extends RandomOptions {
  /** What is there already; begins are put before it. */
  start?: readonly number[];
  /** How many tokens to add at most; 100 where left out. */
  maxTokens?: number;
}

/**
 * Counts of n-grams and the probabilities they give:
 *
 *     P(token | context) = (count(context, token) + k) / (count(context) + k · V)
 *
 * with k the smoothing and V the size of the vocabulary. Without smoothing, a context that never
 * occurred says nothing: all tokens are equally likely after it.
 */
export class NGramModel {
  readonly n: number;
  readonly vocabularySize: number;
  readonly smoothing: number;
  readonly #begin: number | undefined;
  readonly #end: number | undefined;
  /** By context, written with commas: how often each token came next. */
  readonly #next = new Map<string, Map<number, number>>();
  readonly #totals = new Map<string, number>();

  constructor(sequences: Iterable<readonly number[]>, options: NGramOptions) {
    demandLeave('text.NGramModel');
    this.n = options.n;
    this.vocabularySize = options.vocabularySize;
    this.smoothing = options.smoothing ?? 1;
    this.#begin = options.begin;
    this.#end = options.end;
    if (!(Number.isInteger(this.n) && this.n >= 1)) {
      throw new LibraryError(`NGramModel: n is a whole number from 1 on, not ${this.n}`);
    }
    if (!(this.smoothing >= 0)) {
      throw new LibraryError(`NGramModel: smoothing is 0 or more, not ${this.smoothing}`);
    }
    for (const sequence of sequences) {
      for (const [context, token] of this.#grams(sequence)) this.#count(context, token);
    }
  }

  /** How often each token came after `context`, of which the last n − 1 tokens count: `[V]`. */
  counts(context: readonly number[]): number[] {
    const counts = new Array<number>(this.vocabularySize).fill(0);
    for (const [token, count] of this.#next.get(this.#key(context)) ?? []) counts[token] = count;
    return counts;
  }

  /** The probability of each token after `context`: `[V]`, together 1. */
  probabilities(context: readonly number[]): number[] {
    const total = this.#totals.get(this.#key(context)) ?? 0;
    const weight = total + this.smoothing * this.vocabularySize;
    if (weight === 0) return this.counts(context).fill(1 / this.vocabularySize);
    return this.counts(context).map((count) => (count + this.smoothing) / weight);
  }

  /**
   * How many tokens the model wavers between on average: e to the mean of −ln P(token | context).
   * It is infinite where something happens that the model holds impossible.
   */
  perplexity(sequences: Iterable<readonly number[]>): number {
    let surprise = 0;
    let tokens = 0;
    for (const sequence of sequences) {
      for (const [context, token] of this.#grams(sequence)) {
        surprise -= Math.log(this.#probability(context, token));
        tokens++;
      }
    }
    if (tokens === 0)
      throw new LibraryError('NGramModel.perplexity: there is no token to foretell');
    return Math.exp(surprise / tokens);
  }

  /** Draws tokens one after the other, up to the end token or `maxTokens`; the end is left out. */
  sample({ start = [], maxTokens = 100, ...random }: SampleOptions): number[] {
    const generator = generatorFrom('NGramModel.sample', random);
    const ids = this.#begun(start);
    const first = ids.length;
    while (ids.length - first < maxTokens) {
      const token = drawn(this.probabilities(ids), generator.uniform());
      if (token === this.#end) break;
      ids.push(token);
    }
    return ids.slice(first);
  }

  #probability(context: readonly number[], token: number): number {
    const key = this.#key(context);
    const weight = (this.#totals.get(key) ?? 0) + this.smoothing * this.vocabularySize;
    if (weight === 0) return 1 / this.vocabularySize;
    return ((this.#next.get(key)?.get(token) ?? 0) + this.smoothing) / weight;
  }

  /** Every token of a sequence with what stands before it. */
  *#grams(sequence: readonly number[]): Generator<[readonly number[], number]> {
    const ids = this.#begun(sequence);
    if (this.#end !== undefined) ids.push(this.#end);
    for (let i = this.n - 1; i < ids.length; i++) {
      yield [ids.slice(i - this.n + 1, i), this.#checked(ids[i]!)];
    }
  }

  #begun(sequence: readonly number[]): number[] {
    const begins = this.#begin === undefined ? 0 : this.n - 1;
    return [...new Array<number>(begins).fill(this.#begin ?? 0), ...sequence];
  }

  #count(context: readonly number[], token: number): void {
    const key = this.#key(context);
    const next = this.#next.get(key) ?? new Map<number, number>();
    this.#next.set(key, next.set(token, (next.get(token) ?? 0) + 1));
    this.#totals.set(key, (this.#totals.get(key) ?? 0) + 1);
  }

  #key(context: readonly number[]): string {
    return this.n === 1 ? '' : context.slice(-(this.n - 1)).join(',');
  }

  #checked(token: number): number {
    if (Number.isInteger(token) && token >= 0 && token < this.vocabularySize) return token;
    throw new LibraryError(
      `NGramModel: token ${token} is not below the vocabulary's size, ${this.vocabularySize}`,
    );
  }
}

/** The token into whose share of the line from 0 to 1 the point `at` falls. */
function drawn(probabilities: readonly number[], at: number): number {
  let end = 0;
  for (const [token, probability] of probabilities.entries()) {
    end += probability;
    if (at < end) return token;
  }
  return probabilities.findLastIndex((probability) => probability > 0); // the sum fell short of 1
}
