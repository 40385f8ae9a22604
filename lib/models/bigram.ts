/**
 * Bigram language models: the next token depends on the one before it and nothing else (Markov
 * 1913; Shannon 1948, "A Mathematical Theory of Communication", section 3).
 *
 * The same table twice: `BigramCounts` counts how often each token follows each, which is the
 * likeliest table there is; `Bigram` starts from nothing and learns it by gradients.
 */

import { announce, demandLeave } from '../forbid.ts';
import { crossEntropy } from '../functions/class-losses.ts';
import { embedding } from '../functions/indexing.ts';
import { Module } from '../nn/module.ts';
import { tensor } from '../tensor/create.ts';
import { toNumbers } from '../tensor/dtype.ts';
import { LibraryError } from '../tensor/errors.ts';
import { Parameter } from '../tensor/parameter.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decodable, Decoding } from './decoding.ts';
import { inference, normal } from './pieces.ts';
import { rereading } from './rereading.ts';

/** p(b | a) = (count of a b + smoothing) / (count of a + smoothing · vocabularySize). */
export class BigramCounts implements Decodable {
  readonly vocabularySize: number;
  readonly smoothing: number;
  /** How often b followed a, at place a · vocabularySize + b. */
  readonly counts: Float64Array;

  /** @param options `smoothing` is added to every count; above 0, nothing is impossible. */
  constructor(vocabularySize: number, { smoothing = 0 }: { smoothing?: number } = {}) {
    demandLeave('BigramCounts');
    this.vocabularySize = vocabularySize;
    this.smoothing = smoothing;
    this.counts = new Float64Array(vocabularySize ** 2);
  }

  /** Counts the pairs of a text; pairs across two texts do not count. */
  count(tokens: Iterable<number>): this {
    let before: number | null = null;
    for (const token of tokens) {
      if (!Number.isInteger(token) || token < 0 || token >= this.vocabularySize) {
        throw new LibraryError(
          `BigramCounts: ${token} is no token of a vocabulary of ${this.vocabularySize}`,
        );
      }
      if (before !== null) this.counts[before * this.vocabularySize + token]!++;
      before = token;
    }
    return this;
  }

  /** `[vocabularySize, vocabularySize]`, rows that sum to 1; uniform where nothing was counted. */
  probabilities(): Tensor {
    const n = this.vocabularySize;
    const table = this.counts.map((count) => count + this.smoothing);
    for (let a = 0; a < n; a++) {
      const row = table.subarray(a * n, (a + 1) * n);
      const total = row.reduce((sum, count) => sum + count, 0);
      for (let b = 0; b < n; b++) row[b] = total === 0 ? 1 / n : row[b]! / total;
    }
    return tensor(table, { shape: [n, n] });
  }

  /** Logits after each place, `[...] → [..., vocabularySize]`: the logarithms of probabilities. */
  forward(ids: Tensor): Tensor {
    return embedding(this.probabilities().log(), ids);
  }

  /** The mean of −log p(target); both `[batch, length]`. Infinite where something is impossible. */
  async loss(ids: Tensor, targets: Tensor): Promise<number> {
    const table = toNumbers(await this.probabilities().data());
    const [before, after] = [toNumbers(await ids.data()), toNumbers(await targets.data())];
    let sum = 0;
    for (const [i, a] of before.entries()) {
      sum -= Math.log(table[a * this.vocabularySize + after[i]!]!);
    }
    return sum / before.length;
  }

  decode(batch = 1): Decoding {
    return rereading((ids) => this.forward(ids), batch, 1);
  }
}

/** A table of logits that is learned: row a holds those of the tokens after a. */
export class Bigram extends Module implements Decodable {
  /** `[vocabularySize, vocabularySize]` */
  readonly weight: Parameter;

  constructor(vocabularySize: number, random: RandomOptions) {
    demandLeave('Bigram');
    super();
    const generator = generatorFrom('Bigram', random);
    this.weight = new Parameter(normal([vocabularySize, vocabularySize], 0.02, generator));
  }

  /** Logits after each place, `[...] → [..., vocabularySize]`. */
  override forward(ids: Tensor): Tensor {
    return embedding(this.weight, ids);
  }

  /** The mean of −log p(target); both of one shape. */
  loss(ids: Tensor, targets: Tensor): Tensor {
    return crossEntropy(this.forward(ids), targets);
  }

  decode(batch = 1): Decoding {
    return rereading((ids) => inference(this, () => this.forward(ids)), batch, 1);
  }
}

announce('BigramCounts');
announce('Bigram');
