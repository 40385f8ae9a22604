/**
 * One step of a recurrent network: the simple one (Elman 1990), LSTM (Hochreiter and Schmidhuber
 * 1997, with forget gates) and GRU (Cho et al. 2014, arXiv:1406.1078, in PyTorch's form).
 *
 * What a step takes from its input, x·W + b, depends on no earlier step. So it is a method of its
 * own, `project`, which a layer calls for the whole sequence at once; `step` does the rest.
 *
 * PyTorch has two biases where their sum is all that matters; here there is one, which is that sum.
 */

import { constant } from '../tensor/apply.ts';
import { tensor, zeros } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import { Parameter } from '../tensor/parameter.ts';
import { type Generator, generatorFrom, type RandomOptions, uniform } from '../tensor/random.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

export interface CellOptions extends RandomOptions {
  /** Whether there are biases; true where left out. */
  bias?: boolean;
}

/** What an LSTM hands on: its output h and its memory c. */
export interface LSTMState {
  h: Tensor;
  c: Tensor;
}

/** Uniform between ±1/√hidden, as PyTorch starts everything recurrent. */
function start(shape: number[], hidden: number, generator: Generator): Parameter {
  return new Parameter(uniform(shape, 1 / Math.sqrt(hidden), generator));
}

/**
 * i, f, g, o = the quarters of the gates; c′ = σ(f) ∘ c + σ(i) ∘ tanh(g); h′ = σ(o) ∘ tanh(c′).
 *
 * The gates come with g doubled, so that one σ serves all four: tanh(g) = 2 σ(2g) − 1. A loop over
 * short sequences spends most of its time between operations, so fewer of them count.
 */
function lstmStep(gates: Tensor, c: Tensor): LSTMState {
  const [i, f, g, o] = gates.sigmoid().chunk(4, -1) as [Tensor, Tensor, Tensor, Tensor]; // [batch, hidden]
  const news = g.mul(constant(2)).sub(constant(1));
  const memory = f.mul(c).add(i.mul(news));
  return { h: o.mul(memory.tanh()), c: memory };
}

/**
 * r, z, n = the thirds of both parts; h′ = z ∘ h + (1 − z) ∘ tanh(n_x + σ(r) ∘ (n_h + b)), with z
 * for σ(z).
 */
function gruStep(fromInput: Tensor, fromHidden: Tensor, bias: Tensor | null, h: Tensor): Tensor {
  const hidden = h.shape.at(-1)!;
  const [gatesX, nX] = fromInput.split([2 * hidden, hidden], -1) as [Tensor, Tensor];
  const [gatesH, nH] = fromHidden.split([2 * hidden, hidden], -1) as [Tensor, Tensor];
  const [r, z] = gatesX.add(gatesH).sigmoid().chunk(2, -1) as [Tensor, Tensor]; // [batch, hidden]
  const candidate = nX.add(r.mul(bias === null ? nH : nH.add(bias))).tanh();
  return candidate.add(z.mul(h.sub(candidate)));
}

/** What all cells have in common. The first tensor of a state is the output. */
export abstract class RecurrentCell extends Module {
  readonly inputWeight: Parameter;
  readonly hiddenWeight: Parameter;
  readonly bias: Parameter | null;
  readonly hidden: number;
  /** How many tensors a state is made of. */
  abstract readonly states: number;

  constructor(inputs: number, hidden: number, gates: number, bias: boolean, seed: Generator) {
    super();
    this.inputWeight = start([inputs, gates * hidden], hidden, seed);
    this.hiddenWeight = start([hidden, gates * hidden], hidden, seed);
    this.bias = bias ? start([gates * hidden], hidden, seed) : null;
    this.hidden = hidden;
  }

  /** What the inputs contribute: `[..., inputs] → [..., gates · hidden]`. */
  project(x: Tensor): Tensor {
    const product = x.matmul(this.inputWeight);
    return this.bias === null ? product : product.add(this.bias);
  }

  /** The next state, from projected inputs `[batch, gates · hidden]`. */
  abstract step(projected: Tensor, state: readonly Tensor[]): Tensor[];

  /** The next state from an input `[batch, inputs]`; zeros where there is none before. */
  protected next(x: Tensor, state?: readonly Tensor[]): Tensor[] {
    if (x.ndim !== 2) throw new ShapeError(`cell: needs [batch, inputs], got ${show(x.shape)}`);
    return this.step(this.project(x), state ?? this.zeroState(x.shape[0]!));
  }

  /** `[batch, hidden]` of zeros, for each tensor of a state. */
  zeroState(batch: number): Tensor[] {
    return Array.from({ length: this.states }, () => zeros([batch, this.hidden]));
  }
}

export interface RNNOptions extends CellOptions {
  /** The bend; `tanh` where left out. */
  nonlinearity?: 'tanh' | 'relu';
}

/** h′ = tanh(x·W + h·U + b). */
export class RNNCell extends RecurrentCell {
  readonly states = 1;
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputs: number, hidden: number, options: RNNOptions) {
    demandLayer('RNNCell');
    super(inputs, hidden, 1, options.bias ?? true, generatorFrom('nn.RNNCell', options));
    this.nonlinearity = options.nonlinearity ?? 'tanh';
  }

  override step(projected: Tensor, [h]: readonly Tensor[]): Tensor[] {
    return [projected.add(h!.matmul(this.hiddenWeight))[this.nonlinearity]()];
  }

  /** `[batch, inputs]` and h `[batch, hidden]` (zeros where left out) to the next h. */
  override forward(x: Tensor, h?: Tensor): Tensor {
    demandLayer('RNNCell');
    return this.next(x, h && [h])[0]!;
  }
}

/** Long short-term memory; the columns of the weights are the gates i, f, g, o, as in PyTorch. */
export class LSTMCell extends RecurrentCell {
  readonly states = 2;
  /** `[4 · hidden]`: 2 for the columns of g, 1 for the others. */
  private readonly doubling: Tensor;

  constructor(inputs: number, hidden: number, options: CellOptions) {
    demandLayer('LSTMCell');
    super(inputs, hidden, 4, options.bias ?? true, generatorFrom('nn.LSTMCell', options));
    const columns = Array.from({ length: 4 * hidden }, (_, column) => {
      return Math.floor(column / hidden) === 2 ? 2 : 1;
    });
    this.doubling = tensor(columns);
  }

  override project(x: Tensor): Tensor {
    const product = x.matmul(this.inputWeight.mul(this.doubling));
    return this.bias === null ? product : product.add(this.bias.mul(this.doubling));
  }

  override step(projected: Tensor, [h, c]: readonly Tensor[]): Tensor[] {
    const doubled = this.hiddenWeight.mul(this.doubling);
    const next = lstmStep(projected.add(h!.matmul(doubled)), c!);
    return [next.h, next.c];
  }

  /** `[batch, inputs]` and a state of `[batch, hidden]` each (zeros where left out) to the next. */
  override forward(x: Tensor, state?: LSTMState): LSTMState {
    demandLayer('LSTMCell');
    const [h, c] = this.next(x, state && [state.h, state.c]) as [Tensor, Tensor];
    return { h, c };
  }
}

/** The gated recurrent unit; the columns of the weights are r, z, n, as in PyTorch. */
export class GRUCell extends RecurrentCell {
  readonly states = 1;
  /** The bias that the gate r acts on, `[hidden]`; it cannot be added to the other. */
  readonly hiddenBias: Parameter | null;

  constructor(inputs: number, hidden: number, options: CellOptions) {
    demandLayer('GRUCell');
    const seed = generatorFrom('nn.GRUCell', options);
    super(inputs, hidden, 3, options.bias ?? true, seed);
    this.hiddenBias = this.bias === null ? null : start([hidden], hidden, seed);
  }

  override step(projected: Tensor, [h]: readonly Tensor[]): Tensor[] {
    return [gruStep(projected, h!.matmul(this.hiddenWeight), this.hiddenBias, h!)];
  }

  /** `[batch, inputs]` and h `[batch, hidden]` (zeros where left out) to the next h. */
  override forward(x: Tensor, h?: Tensor): Tensor {
    demandLayer('GRUCell');
    return this.next(x, h && [h])[0]!;
  }
}

announceLayer('RNNCell');
announceLayer('LSTMCell');
announceLayer('GRUCell');
