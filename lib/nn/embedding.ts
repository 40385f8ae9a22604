/** A learned vector for each of n things. */

import { embedding } from '../functions/indexing.ts';
import { Parameter } from '../tensor/parameter.ts';
import { type RandomOptions, randn } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

/** Ids of any shape become vectors: `[...] → [..., d]`. */
export class Embedding extends Module {
  readonly weight: Parameter;

  /** Starts from the normal distribution with deviation 1, as PyTorch does. */
  constructor(n: number, d: number, options: RandomOptions) {
    demandLayer('Embedding');
    super();
    this.weight = new Parameter(randn([n, d], options));
  }

  override forward(ids: Tensor): Tensor {
    demandLayer('Embedding');
    return embedding(this.weight, ids);
  }

  /**
   * How well vectors match that of each thing, x·Wᵀ, `[..., d] → [..., n]`: the last layer of models
   * that use one weight at both ends (Press and Wolf 2017, arXiv:1608.05859).
   */
  unembed(x: Tensor): Tensor {
    demandLayer('Embedding');
    return x.matmul(this.weight.T);
  }
}

announceLayer('Embedding');
