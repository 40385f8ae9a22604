/**
 * From logits to a token. Plain numbers, no tensors: a vocabulary is a few thousand numbers, and
 * choosing among them is a loop or two. Every function gives new logits and leaves its input alone.
 */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Generator } from '../tensor/random.ts';

export interface SamplingOptions {
  /** Below 1 the likely becomes likelier, above 1 rarer; 0 always takes the likeliest. */
  temperature?: number;
  /** Only this many of the likeliest tokens stay. */
  topK?: number;
  /** Only the likeliest tokens stay that together have at least this probability. */
  topP?: number;
  /** Above 1 makes tokens that are there already less likely. */
  repetitionPenalty?: number;
}

type Logits = Float32Array;

/** Softmax of the logits, at a temperature: p ∝ exp(logit / temperature). */
export const probabilitiesOf = publicOp(
  'probabilitiesOf',
  (logits: Logits, temperature = 1): Float32Array => {
    if (!(temperature > 0)) {
      throw new LibraryError(`probabilitiesOf: needs a temperature above 0, not ${temperature}`);
    }
    const largest = largestOf(logits);
    const weights = logits.map((logit) => Math.exp((logit - largest) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  },
);

/**
 * The k largest logits, −Infinity in place of the others; more than k where several are equal to
 * the k-th (Fan et al. 2018, arXiv:1805.04833).
 */
export const keepTopK = publicOp('keepTopK', (logits: Logits, k: number): Logits => {
  if (!Number.isInteger(k) || k < 1) throw new LibraryError(`keepTopK: needs k ≥ 1, not ${k}`);
  if (k >= logits.length) return logits;
  const least = kthLargest(logits, k);
  return logits.map((logit) => (logit >= least ? logit : -Infinity));
});

/**
 * Nucleus sampling: the fewest likeliest tokens whose probabilities reach p, −Infinity in place of
 * the others; equal ones stay together (Holtzman et al. 2020, arXiv:1904.09751).
 */
export const keepTopP = publicOp('keepTopP', (logits: Logits, p: number): Logits => {
  if (!(p > 0 && p <= 1)) throw new LibraryError(`keepTopP: needs 0 < p ≤ 1, not ${p}`);
  const probabilities = probabilitiesOf(logits);
  const descending = probabilities
    .filter((x) => x > 0)
    .sort()
    .reverse();
  let sum = 0;
  const last = descending.findIndex((x) => {
    sum += x;
    return sum >= p;
  });
  const least = descending.at(last)!; // −1, the very last, where rounding keeps the sum below p
  return logits.map((logit, token) => (probabilities[token]! >= least ? logit : -Infinity));
});

/**
 * Makes what was written before less likely: positive logits of these tokens are divided by the
 * penalty, negative ones multiplied by it (Keskar et al. 2019, arXiv:1909.05858).
 */
export const penalizeRepetition = publicOp(
  'penalizeRepetition',
  (logits: Logits, tokens: Iterable<number>, penalty: number): Logits => {
    if (!(penalty > 0)) {
      throw new LibraryError(`penalizeRepetition: needs a penalty above 0, not ${penalty}`);
    }
    const result = logits.slice();
    for (const token of tokens) {
      const logit = logits[token]!; // of the input, so that a token counts once
      result[token] = logit > 0 ? logit / penalty : logit * penalty;
    }
    return result;
  },
);

/** The place of the largest logit, the first of several. */
export const likeliest = publicOp('likeliest', (logits: Logits): number => {
  return logits.indexOf(largestOf(logits));
});

/** The token at which the sum of the probabilities passes `u`, from 0 up to but without 1. */
export const drawToken = publicOp('drawToken', (probabilities: Float32Array, u: number): number => {
  let sum = 0;
  for (let token = 0; token < probabilities.length; token++) {
    sum += probabilities[token]!;
    if (sum > u) return token;
  }
  return probabilities.findLastIndex((probability) => probability > 0); // rounding kept it below u
});

/** A token chosen with all the options; `tokens` is what was read and written so far. */
export function chooseToken(
  logits: Logits,
  tokens: readonly number[],
  { temperature = 1, topK, topP, repetitionPenalty = 1 }: SamplingOptions,
  generator: Generator,
): number {
  let kept = logits;
  if (repetitionPenalty !== 1) kept = penalizeRepetition(kept, tokens, repetitionPenalty);
  if (temperature === 0) return likeliest(kept);
  if (temperature !== 1) kept = kept.map((logit) => logit / temperature);
  if (topK !== undefined) kept = keepTopK(kept, topK);
  if (topP !== undefined) kept = keepTopP(kept, topP);
  return drawToken(probabilitiesOf(kept), generator.uniform());
}

function largestOf(logits: Logits): number {
  let largest = -Infinity;
  for (const logit of logits) {
    if (Number.isNaN(logit)) {
      throw new LibraryError(
        'sampling: a logit is NaN; the model has computed with infinities, look at its weights',
      );
    }
    if (logit > largest) largest = logit;
  }
  return largest;
}

/** The k-th largest value, k from 1 on, by quickselect (Hoare 1961): O(n), without sorting. */
export function kthLargest(values: Float32Array, k: number): number {
  const x = values.slice();
  const target = x.length - k; // its place in ascending order
  let [low, high] = [0, x.length - 1];
  while (low < high) {
    const pivot = x[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (x[i]! < pivot) i++;
      while (x[j]! > pivot) j--;
      if (i > j) break;
      [x[i], x[j]] = [x[j]!, x[i]!];
      i++;
      j--;
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return x[target]!;
}
