/**
 * Sequence to sequence with attention (Bahdanau et al. 2014, arXiv:1409.0473): one recurrent
 * network reads the source in both directions and leaves an annotation at each place; another
 * writes, and at each step looks for the annotations that matter now.
 *
 *     annotations   h_j = [→h_j ; ←h_j]
 *     energies      e_ij = v · tanh(W s_{i−1} + U h_j)             (additive attention)
 *     context       c_i = Σ_j softmax(e_i)_j h_j
 *     state         s_i = GRU([y_{i−1} ; c_i], s_{i−1}),  s_0 = tanh(W ←h_1)
 *     next token    p(y_i) = softmax(O [s_i ; c_i ; y_{i−1}])
 *
 * Deviations: the output is one linear layer instead of one with maxout; the GRU is PyTorch's.
 *
 * Parameters: sourceEmbedding.weight, targetEmbedding.weight; encoder.cells.0 and .1 (forwards,
 * backwards) .inputWeight, .hiddenWeight, .bias, .hiddenBias; initial (weight, bias); query, key,
 * score (weight); cell (as encoder.cells); head (weight, bias).
 */

import { compile } from '../backend/compile.ts';
import { realize } from '../backend/realize.ts';
import { announce, demandLeave } from '../forbid.ts';
import { crossEntropy } from '../functions/class-losses.ts';
import { cat } from '../functions/movement.ts';
import { scan } from '../functions/scan.ts';
import { Embedding } from '../nn/embedding.ts';
import { Linear } from '../nn/linear.ts';
import { Module } from '../nn/module.ts';
import { GRU } from '../nn/recurrent.ts';
import { GRUCell } from '../nn/recurrent-cells.ts';
import { tensor } from '../tensor/create.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decodable, Decoding } from './decoding.ts';
import { checkSources, inference, rowsOf } from './pieces.ts';

export interface Seq2SeqConfig {
  sourceVocabularySize: number;
  targetVocabularySize: number;
  /** Numbers for each token. */
  width: number;
  /** Numbers in a state; annotations have twice as many. */
  hidden: number;
  /** The token that fills up short sources and targets; none if left out. */
  padding?: number;
}

/** What the encoder leaves for the decoder to look at. */
interface Annotations {
  /** `[batch, length, 2 · hidden]` */
  values: Tensor;
  /** U·h of each, `[batch, length, hidden]`. */
  keys: Tensor;
  /** 0 where there is something to see, else −Infinity, `[batch, length]`. */
  mask: Tensor;
}

export class Seq2Seq extends Module {
  readonly sourceEmbedding: Embedding;
  readonly targetEmbedding: Embedding;
  readonly encoder: GRU;
  readonly initial: Linear;
  readonly query: Linear;
  readonly key: Linear;
  readonly score: Linear;
  readonly cell: GRUCell;
  readonly head: Linear;
  readonly config: Seq2SeqConfig;

  constructor(config: Seq2SeqConfig, random: RandomOptions) {
    demandLeave('Seq2Seq');
    super();
    const { sourceVocabularySize, targetVocabularySize, width, hidden } = config;
    const seed = generatorFrom('Seq2Seq', random);
    this.config = config;
    this.sourceEmbedding = new Embedding(sourceVocabularySize, width, { seed });
    this.targetEmbedding = new Embedding(targetVocabularySize, width, { seed });
    this.encoder = new GRU(width, hidden, { bidirectional: true, seed });
    this.initial = new Linear(hidden, hidden, { seed });
    this.query = new Linear(hidden, hidden, { bias: false, seed });
    this.key = new Linear(2 * hidden, hidden, { bias: false, seed });
    this.score = new Linear(hidden, 1, { bias: false, seed });
    this.cell = new GRUCell(width + 2 * hidden, hidden, { seed });
    this.head = new Linear(hidden + 2 * hidden + width, targetVocabularySize, { seed });
  }

  /** Logits of what follows each place of the target (teacher forcing), `[batch, length, V]`. */
  override forward(source: Tensor, target: Tensor): Tensor {
    return this.write(source, target).logits;
  }

  /**
   * The mean of −log p over the target's tokens from the second on.
   *
   * @param target `[batch, length]`, with the token that starts a text and the one that ends it
   */
  loss(source: Tensor, target: Tensor): Tensor {
    const length = target.shape[1]! - 1;
    const logits = this.forward(source, target.narrow(1, 0, length));
    const { padding } = this.config;
    const options = padding === undefined ? {} : { ignoreIndex: padding };
    return crossEntropy(logits.flatten(0, 1), target.narrow(1, 1, length).flatten(), options);
  }

  /** How much each place of the target looked at each of the source: `[batch, target, source]`. */
  alignments(source: Tensor, target: Tensor): Tensor {
    return inference(this, () => this.write(source, target).weights);
  }

  /** What writes the target of a source `[1, length]`, or of several, `[batch, length]`, at once. */
  given(source: Tensor): Decodable {
    return { decode: (batch = 1) => this.decodeGiven(source, batch) };
  }

  private encode(source: Tensor): { start: Tensor; annotations: Annotations } {
    const { padding } = this.config;
    const x = this.sourceEmbedding.forward(source); // [batch, length, width]
    const { output, state } = this.encoder.forward(x); // [batch, length, 2 · hidden]
    const hidden = source.eq(padding ?? -1); // [batch, length]
    return {
      start: this.initial.forward(state.select(0, 1)).tanh(), // from ←h_1: [batch, hidden]
      annotations: {
        values: output,
        keys: this.key.forward(output),
        mask: hidden.cast('float32').mul(0).maskedFill(hidden, -Infinity),
      },
    };
  }

  /** One step, from the last token's vector `[batch, width]` and the state before. */
  private step(y: Tensor, before: Tensor, { values, keys, mask }: Annotations) {
    const sought = this.query.forward(before).unsqueeze(1); // [batch, 1, hidden]
    const energies = this.score.forward(keys.add(sought).tanh()).squeeze(-1); // [batch, length]
    const weights = energies.add(mask).softmax(-1);
    const context = weights.unsqueeze(1).matmul(values).squeeze(1); // [batch, 2 · hidden]
    const state = this.cell.forward(cat([y, context], -1), before); // [batch, hidden]
    return { state, context, weights };
  }

  private write(source: Tensor, target: Tensor): { logits: Tensor; weights: Tensor } {
    const { start, annotations } = this.encode(source);
    const ys = this.targetEmbedding.forward(target.T); // [length, batch, width]
    const written = scan(
      ([before], [y]) => {
        const { state, context, weights } = this.step(y!, before!, annotations);
        return { carry: [state], y: [state, context, weights] };
      },
      [start],
      [ys],
    );
    const [states, contexts, weights] = written.ys as [Tensor, Tensor, Tensor];
    const logits = this.head.forward(cat([states, contexts, ys], -1)); // [length, batch, V]
    return { logits: logits.transpose(0, 1), weights: weights.transpose(0, 1) };
  }

  /** Free running: each token that was written is read in the next step. */
  private decodeGiven(source: Tensor, batch: number): Decoding {
    checkSources(source, batch);
    const sources = source.expand([batch, source.shape[1]!]);
    const { start, annotations } = inference(this, () => this.encode(sources));
    let looked = [annotations.values, annotations.keys, annotations.mask] as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const step = compile((ids: Tensor, before: Tensor, v: Tensor, k: Tensor, m: Tensor) =>
      inference(this, () => {
        const y = this.targetEmbedding.forward(ids); // [batch, width]
        const { state, context } = this.step(y, before, { values: v, keys: k, mask: m });
        return [this.head.forward(cat([state, context, y], -1)), state];
      }),
    );
    let state = start;
    return {
      read: async (ids) => {
        await realize(state, ...looked);
        let logits: Tensor;
        for (let t = 0; t < ids[0]!.length; t++) {
          const column = tensor(
            ids.map((row) => row[t]!),
            { dtype: 'int64' },
          );
          [logits, state] = (await step(column, state, ...looked)) as [Tensor, Tensor];
        }
        return rowsOf(logits!);
      },
      select: (kept) => {
        const of = (x: Tensor) => x.indexSelect(0, tensor(kept, { dtype: 'int64' }));
        state = of(state);
        if (source.shape[0] !== 1) looked = looked.map(of) as typeof looked; // else all look at the same
      },
    };
  }
}

announce('Seq2Seq');
