/** y = x·W + b. */

import { Parameter } from '../tensor/parameter.ts';
import { generatorFrom, type RandomOptions, uniform } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

export interface LinearOptions extends RandomOptions {
  /** Whether b is added; true where left out. */
  bias?: boolean;
}

/** A linear layer, `[..., in] → [..., out]`; inputs are rows, so the weight is `[in, out]`. */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly inputs: number;
  readonly outputs: number;

  /** Starts uniform between ±1/√in, as PyTorch does. */
  constructor(inputs: number, outputs: number, { bias = true, ...random }: LinearOptions) {
    demandLayer('Linear');
    super();
    const seed = generatorFrom('nn.Linear', random);
    const bound = 1 / Math.sqrt(inputs);
    this.weight = new Parameter(uniform([inputs, outputs], bound, seed));
    this.bias = bias ? new Parameter(uniform([outputs], bound, seed)) : null;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  override forward(x: Tensor): Tensor {
    demandLayer('Linear');
    const product = x.matmul(this.weight); // [..., out]
    return this.bias === null ? product : product.add(this.bias);
  }
}

announceLayer('Linear');
