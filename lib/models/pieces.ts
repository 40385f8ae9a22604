/** Small pieces that several models are built from. */

import type { Module } from '../nn/module.ts';
import { noGrad } from '../tensor/apply.ts';
import { zeros } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
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

/** Throws unless ids are `[batch, length]` and not too long; gives the length. */
export function lengthOf(model: string, ids: Tensor, contextLength: number): number {
  const length = ids.shape[1]!;
  if (ids.ndim === 2 && length <= contextLength) return length;
  throw new ShapeError(
    `${model}: needs ids [batch, length] with length ≤ ${contextLength}, got [${ids.shape}]`,
  );
}

/** Computed logits as a list for each sequence. */
export function rowsOf(logits: Tensor): Float32Array[] {
  const values = logits.origin.data as Float32Array;
  const [batch, size] = [logits.shape[0]!, logits.shape.at(-1)!];
  return Array.from({ length: batch }, (_, i) => values.subarray(i * size, (i + 1) * size));
}

/** Throws unless there is a source for each of `batch` sequences, or one for all. */
export function checkSources(source: Tensor, batch: number): void {
  if (source.ndim === 2 && (source.shape[0] === 1 || source.shape[0] === batch)) return;
  throw new ShapeError(
    `given: ${batch} sequences need a source [1, length] or [${batch}, length], got [${source.shape}]`,
  );
}
