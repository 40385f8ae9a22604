/**
 * Recurrent networks over whole sequences: several layers of cells, in both directions where asked
 * for (Schuster and Paliwal 1997).
 */

import { cat, stack } from '../functions/movement.ts';
import { scan } from '../functions/scan.ts';
import { ShapeError } from '../tensor/errors.ts';
import { type Generator, generatorFrom } from '../tensor/random.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Dropout, dropoutOrNone } from './dropout.ts';
import { announceLayer, demandLayer, Module } from './module.ts';
import {
  type CellOptions,
  GRUCell,
  LSTMCell,
  type LSTMState,
  type RecurrentCell,
  RNNCell,
  type RNNOptions,
} from './recurrent-cells.ts';

export interface RecurrentOptions extends CellOptions {
  /** How many layers, each reading the output of the one below; 1 where left out. */
  layers?: number;
  /** Whether a second cell reads each layer's input backwards; outputs are then twice as wide. */
  bidirectional?: boolean;
  /** How much of the output of each layer but the last is dropped while training. */
  dropout?: number;
}

/** What a layer gives: the last layer's output at each place, and all states after the last. */
export interface Recurrence<State> {
  /** `[batch, length, directions · hidden]` */
  output: Tensor;
  /** Tensors `[layers · directions, batch, hidden]`: layer after layer, forwards then backwards. */
  state: State;
}

/** A cell along a sequence `[length, batch, inputs]`: its outputs there, and its last state. */
function alongTime(cell: RecurrentCell, xs: Tensor, start: readonly Tensor[]) {
  const projected = cell.project(xs); // [length, batch, gates · hidden], one product for all places
  const { carry, ys } = scan(
    (state, [x]) => {
      const next = cell.step(x!, state);
      return { carry: next, y: [next[0]!] };
    },
    start,
    [projected],
  );
  return { outputs: ys[0]!, state: carry }; // [length, batch, hidden]
}

type MakeCell = (inputs: number, seed: Generator) => RecurrentCell;

/** What the three kinds have in common. */
abstract class RecurrentLayer extends Module {
  /** Layer after layer; in each the one that reads forwards, then the one that reads backwards. */
  readonly cells: readonly RecurrentCell[];
  readonly directions: number;
  readonly dropout: Dropout | null;
  private readonly name: string;

  constructor(
    name: string,
    inputs: number,
    hidden: number,
    options: RecurrentOptions,
    makeCell: MakeCell,
  ) {
    super();
    const { layers = 1, bidirectional = false, dropout = 0 } = options;
    const seed = generatorFrom(name, options);
    this.name = name;
    this.directions = bidirectional ? 2 : 1;
    this.cells = Array.from({ length: layers * this.directions }, (_, i) =>
      makeCell(i < this.directions ? inputs : this.directions * hidden, seed),
    );
    this.dropout = dropoutOrNone(dropout, { seed });
  }

  /** Layer after layer over `x` `[batch, length, inputs]`, from `initial`, a tensor for each state. */
  protected run(x: Tensor, initial?: readonly Tensor[]): Recurrence<Tensor[]> {
    this.check(x, initial);
    const batch = x.shape[0]!;
    const states: Tensor[][] = [];
    let sequence = x.transpose(0, 1); // [length, batch, inputs]
    for (let first = 0; first < this.cells.length; first += this.directions) {
      if (first > 0) sequence = this.dropout?.forward(sequence) ?? sequence;
      const read = this.cells.slice(first, first + this.directions).map((cell, backwards) => {
        const start = initial?.map((s) => s.select(0, first + backwards)) ?? cell.zeroState(batch);
        const { outputs, state } = alongTime(cell, backwards ? sequence.flip(0) : sequence, start);
        states.push(state);
        return backwards ? outputs.flip(0) : outputs;
      });
      sequence = read.length === 1 ? read[0]! : cat(read, -1); // [length, batch, directions · hidden]
    }
    const state = states[0]!.map((_, i) => stack(states.map((all) => all[i]!)));
    return { output: sequence.transpose(0, 1), state };
  }

  private check(x: Tensor, initial?: readonly Tensor[]): void {
    const inputs = this.cells[0]!.inputWeight.shape[0]!;
    if (x.ndim !== 3 || x.shape[2] !== inputs || x.shape[1] === 0) {
      throw new ShapeError(
        `${this.name}: needs [batch, length, ${inputs}] with a length of at least 1, ` +
          `got ${show(x.shape)}`,
      );
    }
    const wanted = show([this.cells.length, x.shape[0]!, this.cells[0]!.hidden]);
    const wrong = initial?.find((s) => show(s.shape) !== wanted);
    if (wrong !== undefined) {
      throw new ShapeError(`${this.name}: needs a state ${wanted}, got ${show(wrong.shape)}`);
    }
  }
}

/** The simple recurrent network. */
export class RNN extends RecurrentLayer {
  constructor(inputs: number, hidden: number, options: RecurrentOptions & RNNOptions) {
    demandLayer('RNN');
    super('nn.RNN', inputs, hidden, options, (width, seed) => {
      return new RNNCell(width, hidden, { ...options, seed });
    });
  }

  /** @param x `[batch, length, inputs]` */
  override forward(x: Tensor, state?: Tensor): Recurrence<Tensor> {
    demandLayer('RNN');
    const { output, state: last } = this.run(x, state && [state]);
    return { output, state: last[0]! };
  }
}

/** Long short-term memory. */
export class LSTM extends RecurrentLayer {
  constructor(inputs: number, hidden: number, options: RecurrentOptions) {
    demandLayer('LSTM');
    super('nn.LSTM', inputs, hidden, options, (width, seed) => {
      return new LSTMCell(width, hidden, { ...options, seed });
    });
  }

  /** @param x `[batch, length, inputs]` */
  override forward(x: Tensor, state?: LSTMState): Recurrence<LSTMState> {
    demandLayer('LSTM');
    const { output, state: last } = this.run(x, state && [state.h, state.c]);
    const [h, c] = last as [Tensor, Tensor];
    return { output, state: { h, c } };
  }
}

/** The gated recurrent unit. */
export class GRU extends RecurrentLayer {
  constructor(inputs: number, hidden: number, options: RecurrentOptions) {
    demandLayer('GRU');
    super('nn.GRU', inputs, hidden, options, (width, seed) => {
      return new GRUCell(width, hidden, { ...options, seed });
    });
  }

  /** @param x `[batch, length, inputs]` */
  override forward(x: Tensor, state?: Tensor): Recurrence<Tensor> {
    demandLayer('GRU');
    const { output, state: last } = this.run(x, state && [state]);
    return { output, state: last[0]! };
  }
}

announceLayer('RNN');
announceLayer('LSTM');
announceLayer('GRU');
