/**
 * What a Transformer does with each token on its own: two linear layers with a bend between them
 * (Vaswani et al. 2017, section 3.3), or the gated form (Shazeer 2020, arXiv:2002.05202).
 */

import { gelu, silu } from '../functions/activations.ts';
import { relu } from '../functions/arithmetic.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Dropout, dropoutOrNone } from './dropout.ts';
import { Linear } from './linear.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

const activations = { relu, gelu };

export interface FeedForwardOptions extends RandomOptions {
  /** The bend: `relu` where left out, as in the first Transformer. GPT and BERT have `gelu`. */
  activation?: keyof typeof activations;
  /** Whether the linear layers have biases; true where left out. */
  bias?: boolean;
  /** How likely a hidden number is to be dropped while training; 0 where left out. */
  dropout?: number;
}

/** f(x·W₁ + b₁)·W₂ + b₂. */
export class FeedForward extends Module {
  readonly up: Linear;
  readonly down: Linear;
  readonly dropout: Dropout | null;
  readonly activation: keyof typeof activations;

  constructor(dModel: number, hidden: number, options: FeedForwardOptions) {
    demandLayer('FeedForward');
    super();
    const { activation = 'relu', bias = true, dropout = 0, ...random } = options;
    const seed = generatorFrom('nn.FeedForward', random);
    this.up = new Linear(dModel, hidden, { bias, seed });
    this.down = new Linear(hidden, dModel, { bias, seed });
    this.dropout = dropoutOrNone(dropout, { seed });
    this.activation = activation;
  }

  /** `[..., dModel]` to the same shape. */
  override forward(x: Tensor): Tensor {
    demandLayer('FeedForward');
    const bent = activations[this.activation](this.up.forward(x)); // [..., hidden]
    return this.down.forward(this.dropout?.forward(bent) ?? bent);
  }
}

/** (silu(x·W_gate) ∘ x·W_up)·W_down: how much passes is decided by a gate. */
export class SwiGLU extends Module {
  readonly gate: Linear;
  readonly up: Linear;
  readonly down: Linear;

  /** Llama has no biases, and a hidden width of about 8/3 of the model's. */
  constructor(
    dModel: number,
    hidden: number,
    { bias = false, ...random }: RandomOptions & { bias?: boolean },
  ) {
    demandLayer('SwiGLU');
    super();
    const seed = generatorFrom('nn.SwiGLU', random);
    this.gate = new Linear(dModel, hidden, { bias, seed });
    this.up = new Linear(dModel, hidden, { bias, seed });
    this.down = new Linear(hidden, dModel, { bias, seed });
  }

  /** `[..., dModel]` to the same shape. */
  override forward(x: Tensor): Tensor {
    demandLayer('SwiGLU');
    const passed = silu(this.gate.forward(x)).mul(this.up.forward(x)); // [..., hidden]
    return this.down.forward(passed);
  }
}

announceLayer('FeedForward');
announceLayer('SwiGLU');
