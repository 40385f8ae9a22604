/** Normalisation by the root mean square (Zhang and Sennrich 2019, arXiv:1910.07467). */

import { rmsNorm } from '../functions/neural.ts';
import { ones } from '../tensor/create.ts';
import { Parameter } from '../tensor/parameter.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

/** LayerNorm without moving the mean to 0 and without a shift, as Llama has it. */
export class RMSNorm extends Module {
  readonly weight: Parameter;
  readonly eps: number;

  /** For vectors of `d` numbers; starts with scale 1. PyTorch's `eps`; Llama's is 1e-5. */
  constructor(d: number, { eps = 2 ** -23 }: { eps?: number } = {}) {
    demandLayer('RMSNorm');
    super();
    this.weight = new Parameter(ones([d]));
    this.eps = eps;
  }

  override forward(x: Tensor): Tensor {
    demandLayer('RMSNorm');
    return rmsNorm(x, { weight: this.weight, eps: this.eps });
  }
}

announceLayer('RMSNorm');
