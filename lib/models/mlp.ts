/**
 * The neural language model of Bengio et al. 2003 ("A Neural Probabilistic Language Model", JMLR
 * 3): the last few tokens become vectors, these side by side go through one hidden layer, and the
 * output layer says what is next. y = b + W·x + U·tanh(d + H·x), x the vectors.
 *
 * Deviations: the direct connections W are off unless asked for. A text shorter than the context is
 * filled up in front with token 0.
 *
 * Parameters: embedding.weight [vocabularySize, width]; hidden.weight [contextLength · width,
 * hidden], hidden.bias; output.weight [hidden, vocabularySize], output.bias; direct.weight
 * [contextLength · width, vocabularySize].
 */

import { announce, demandLeave } from '../forbid.ts';
import { crossEntropy } from '../functions/class-losses.ts';
import { Embedding } from '../nn/embedding.ts';
import { Linear } from '../nn/linear.ts';
import { Module } from '../nn/module.ts';
import { tensor } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decodable, Decoding } from './decoding.ts';
import { inference, rowsOf } from './pieces.ts';

export interface MLPConfig {
  vocabularySize: number;
  /** How many tokens it sees; the paper's n − 1. */
  contextLength: number;
  /** Numbers for each token. */
  width: number;
  hidden: number;
  /** Whether the output sees the vectors directly, too. */
  direct?: boolean;
}

export class MLP extends Module implements Decodable {
  readonly embedding: Embedding;
  readonly hidden: Linear;
  readonly output: Linear;
  readonly direct: Linear | null;
  readonly config: MLPConfig;

  constructor(config: MLPConfig, random: RandomOptions) {
    demandLeave('MLP');
    super();
    const { vocabularySize, contextLength, width, hidden, direct = false } = config;
    const seed = generatorFrom('MLP', random);
    const inputs = contextLength * width;
    this.config = config;
    this.embedding = new Embedding(vocabularySize, width, { seed });
    this.hidden = new Linear(inputs, hidden, { seed });
    this.output = new Linear(hidden, vocabularySize, { seed });
    this.direct = direct ? new Linear(inputs, vocabularySize, { bias: false, seed }) : null;
  }

  /** Logits of what follows: ids `[batch, contextLength]` → `[batch, vocabularySize]`. */
  override forward(ids: Tensor): Tensor {
    const { contextLength } = this.config;
    if (ids.ndim !== 2 || ids.shape[1] !== contextLength) {
      throw new ShapeError(`MLP: needs ids [batch, ${contextLength}], got [${ids.shape}]`);
    }
    const x = this.embedding.forward(ids).flatten(1); // [batch, contextLength · width]
    const y = this.output.forward(this.hidden.forward(x).tanh()); // [batch, vocabularySize]
    return this.direct === null ? y : y.add(this.direct.forward(x));
  }

  /** The mean of −log p(target): ids `[batch, contextLength]`, targets `[batch]`. */
  loss(ids: Tensor, targets: Tensor): Tensor {
    return crossEntropy(this.forward(ids), targets);
  }

  decode(batch = 1): Decoding {
    const { contextLength } = this.config;
    let windows = Array.from({ length: batch }, () => Array<number>(contextLength).fill(0));
    return {
      read: async (ids) => {
        windows = windows.map((window, i) => [...window, ...ids[i]!].slice(-contextLength));
        const seen = tensor(windows, { dtype: 'int64' });
        return rowsOf(await inference(this, () => this.forward(seen)).realize());
      },
      select: (kept) => {
        windows = kept.map((i) => windows[i]!);
      },
    };
  }
}

announce('MLP');
