/**
 * A language model with long short-term memory (Hochreiter and Schmidhuber 1997; as a language
 * model Zaremba et al. 2014, arXiv:1409.2329): tokens become vectors, layers of LSTM read them one
 * after another, and a linear layer says after each what is next.
 *
 * Deviations: PyTorch's starting values, and one bias for each gate. Dropout, as in the paper, acts
 * between layers and never on what is carried along.
 *
 * Parameters: embedding.weight [vocabularySize, width]; lstm.cells.N.inputWeight [width or hidden,
 * 4 · hidden], .hiddenWeight [hidden, 4 · hidden], .bias (gates i, f, g, o); head.weight [hidden,
 * vocabularySize], head.bias.
 */

import { compile } from '../backend/compile.ts';
import { announce, demandLeave } from '../forbid.ts';
import { crossEntropy } from '../functions/class-losses.ts';
import { Dropout } from '../nn/dropout.ts';
import { Embedding } from '../nn/embedding.ts';
import { Linear } from '../nn/linear.ts';
import { Module } from '../nn/module.ts';
import { LSTM } from '../nn/recurrent.ts';
import type { LSTMState } from '../nn/recurrent-cells.ts';
import { tensor, zeros } from '../tensor/create.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decodable, Decoding } from './decoding.ts';
import { inference, rowsOf } from './pieces.ts';

export interface LSTMConfig {
  vocabularySize: number;
  /** Numbers for each token. */
  width: number;
  hidden: number;
  layers?: number;
  /** Share of activations set to 0 between layers while training. */
  dropout?: number;
}

export class LSTMLanguageModel extends Module implements Decodable {
  readonly embedding: Embedding;
  readonly lstm: LSTM;
  readonly head: Linear;
  readonly dropout: Dropout;
  readonly config: Required<LSTMConfig>;

  constructor(options: LSTMConfig, random: RandomOptions) {
    demandLeave('LSTMLanguageModel');
    super();
    const config = { layers: 1, dropout: 0, ...options };
    const { vocabularySize, width, hidden, layers, dropout } = config;
    const seed = generatorFrom('LSTMLanguageModel', random);
    this.config = config;
    this.embedding = new Embedding(vocabularySize, width, { seed });
    this.lstm = new LSTM(width, hidden, { layers, dropout, seed });
    this.head = new Linear(hidden, vocabularySize, { seed });
    this.dropout = new Dropout({ p: dropout, seed });
  }

  /** Logits after each place: ids `[batch, length]` → `[batch, length, vocabularySize]`. */
  override forward(ids: Tensor): Tensor {
    return this.read(ids).logits;
  }

  /** The mean of −log p(target) over all places; both `[batch, length]`. */
  loss(ids: Tensor, targets: Tensor): Tensor {
    return crossEntropy(this.forward(ids), targets);
  }

  /** Reads on from a state, `[layers, batch, hidden]` each: logits, and the state after the last. */
  read(ids: Tensor, before?: LSTMState): { logits: Tensor; state: LSTMState } {
    const x = this.dropout.forward(this.embedding.forward(ids)); // [batch, length, width]
    const { output, state } = this.lstm.forward(x, before); // [batch, length, hidden]
    return { logits: this.head.forward(this.dropout.forward(output)), state };
  }

  decode(batch = 1): Decoding {
    const { layers, hidden } = this.config;
    const step = compile((ids: Tensor, h: Tensor, c: Tensor) => {
      const { logits, state } = inference(this, () => this.read(ids, { h, c }));
      return [logits.squeeze(1), state.h, state.c];
    });
    let state: LSTMState = { h: zeros([layers, batch, hidden]), c: zeros([layers, batch, hidden]) };
    return {
      read: async (ids) => {
        let last: Tensor;
        for (let t = 0; t < ids[0]!.length; t++) {
          const column = tensor(
            ids.map((row) => [row[t]!]),
            { dtype: 'int64' },
          ); // [batch, 1]
          const [logits, h, c] = (await step(column, state.h, state.c)) as [Tensor, Tensor, Tensor];
          last = logits;
          state = { h, c };
        }
        return rowsOf(last!);
      },
      select: (kept) => {
        const rows = tensor(kept, { dtype: 'int64' });
        state = { h: state.h.indexSelect(1, rows), c: state.c.indexSelect(1, rows) };
      },
    };
  }
}

announce('LSTMLanguageModel');
