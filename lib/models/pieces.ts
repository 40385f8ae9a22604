/** Small pieces that several models are built from. */

import type { Module } from '../nn/module.ts';
import { noGrad } from '../tensor/apply.ts';
import { zeros } from '../tensor/create.ts';
import { type Generator, undrawn } from '../tensor/random.ts';
import { numelOf } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Numbers from the normal distribution with mean 0, to start weights from. */
export function normal(shape: readonly number[], deviation: number, generator: Generator): Tensor {
  if (generator === undrawn) return zeros(shape);
  const data = new Float32Array(numelOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = deviation * generator.normal();
  return new Tensor(shape, 'float32', { op: null, data });
}

/** What `f` gives while the model is used rather than trained: no dropout, nothing for gradients. */
export function inference<R>(model: Module, f: () => R): R {
  const { training } = model;
  model.eval();
  try {
    return noGrad(f);
  } finally {
    model.train(training);
  }
}
