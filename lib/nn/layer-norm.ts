/** Layer normalisation with learned scale and shift (Ba et al. 2016, arXiv:1607.06450). */

import { layerNorm } from '../functions/neural.ts';
import { ones, zeros } from '../tensor/create.ts';
import { Parameter } from '../tensor/parameter.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

export class LayerNorm extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly eps: number;

  /** For vectors of `d` numbers; starts with scale 1 and shift 0. */
  constructor(d: number, { eps = 1e-5 }: { eps?: number } = {}) {
    demandLayer('LayerNorm');
    super();
    this.weight = new Parameter(ones([d]));
    this.bias = new Parameter(zeros([d]));
    this.eps = eps;
  }

  override forward(x: Tensor): Tensor {
    demandLayer('LayerNorm');
    return layerNorm(x, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
}

announceLayer('LayerNorm');
