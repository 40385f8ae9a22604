/** Small pieces that several models are built from. */

import { mul, sigmoid, tanh } from '../functions/arithmetic.ts';
import { Module } from '../nn/module.ts';
import { ones } from '../tensor/create.ts';
import { Parameter } from '../tensor/parameter.ts';
import { type Generator, generatorFrom, type RandomOptions, rand } from '../tensor/random.ts';
import { numelOf } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

export const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));

export function geluTanh(x: Tensor): Tensor {
  const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return tanh(inner).add(1).mul(x).mul(0.5);
}

export class RMSNorm extends Module {
  readonly weight: Parameter;
  readonly eps: number;

  constructor(d: number, { eps = 1e-5 }: { eps?: number } = {}) {
    super();
    this.weight = new Parameter(ones([d]));
    this.eps = eps;
  }

  override forward(x: Tensor): Tensor {
    const meanSquare = x.square().mean(-1, { keepdim: true });
    return x.div(meanSquare.add(this.eps).sqrt()).mul(this.weight);
  }
}

export class Dropout extends Module {
  readonly p: number;
  readonly generator: Generator;

  constructor(p: number, random: RandomOptions) {
    super();
    this.p = p;
    this.generator = generatorFrom('Dropout', random);
  }

  override forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    const kept = rand(x.shape, { seed: this.generator }).ge(this.p);
    return x.mul(kept).div(1 - this.p);
  }
}

/** Numbers from the normal distribution with mean 0, to start weights from. */
export function normal(shape: readonly number[], deviation: number, generator: Generator): Tensor {
  const data = new Float32Array(numelOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = deviation * generator.normal();
  return new Tensor(shape, 'float32', { op: null, data });
}
