/** Where a trainer's batches come from, and measuring a model on some of them. */

import type { Module } from '../nn/module.ts';
import { noGrad } from '../tensor/apply.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Batches without end, which can go on from where they stood. */
export interface BatchSource<Batch extends Tensor[] = Tensor[]> {
  /** The next batch, in the order in which the loss takes its tensors. */
  next(): Batch;
  /** Where the source stands, as data that JSON can hold. */
  state(): unknown;
  /** Goes on from where a source like this stood. */
  restore(state: unknown): void;
}

export interface MeanLossOptions<Batch extends Tensor[]> {
  /** Switched to `eval()` meanwhile. */
  model: Module;
  /** From a batch to one number. */
  loss: (...batch: Batch) => Tensor;
  /** The source stands where it stood afterwards, so that every call sees the same batches. */
  batches: BatchSource<Batch>;
  /** How many batches. */
  count: number;
}

/** The mean of the loss over some batches, which the model does not learn from. */
export async function meanLoss<Batch extends Tensor[]>({
  model,
  loss,
  batches,
  count,
}: MeanLossOptions<Batch>): Promise<number> {
  if (!(count > 0)) throw new LibraryError(`meanLoss: needs at least one batch, got ${count}`);
  const start = batches.state();
  const { training } = model;
  model.eval();
  try {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await noGrad(() => loss(...batches.next())).item();
    return sum / count;
  } finally {
    model.train(training);
    batches.restore(start);
  }
}
