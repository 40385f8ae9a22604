/** One training step: forward, backward, update. */

import type { Optimizer } from '../optim/optimizer.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import type { Parameter } from '../tensor/parameter.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface StepOptions {
  /** The length that all gradients together are shrunk to where they are longer. */
  clipNorm?: number;
  /**
   * In how many parts, one after the other, the inputs are computed, cut along their first
   * dimension: the same step in less memory, for losses that are means over the batch.
   */
  accumulate?: number;
}

export interface StepResult {
  /** What the loss was before the update. */
  loss: number;
  /** The length of all gradients together, before they were shrunk. */
  gradNorm: number;
}

/** A loss or a gradient that is no number any more. Nothing has been changed by it. */
export class DivergedError extends LibraryError {
  readonly loss: number;
  readonly gradNorm: number;

  static {
    DivergedError.prototype.name = 'DivergedError';
  }

  constructor(where: string, { loss, gradNorm }: StepResult) {
    const what = Number.isFinite(loss)
      ? `the gradients' length is ${gradNorm}`
      : `the loss is ${loss}`;
    super(
      `${where}: ${what}; the model is as before this step. ` +
        'A smaller learning rate, a warm-up or clipNorm may help',
    );
    this.loss = loss;
    this.gradNorm = gradNorm;
  }
}

/**
 * The function that makes one training step.
 *
 * @param loss from a batch to one number, its mean loss
 * @returns a function of a batch's tensors; await it before you call it again
 * @throws DivergedError from that function, where loss or gradients are not finite
 * @example
 * const step = trainStep(optimizer, (x, y) => crossEntropy(model.forward(x), y));
 * const { loss } = await step(x, y);
 */
export function trainStep(
  optimizer: Optimizer,
  loss: (...inputs: Tensor[]) => Tensor,
  { clipNorm = Infinity, accumulate = 1 }: StepOptions = {},
): (...inputs: Tensor[]) => Promise<StepResult> {
  return async (...inputs) => {
    let total = 0;
    let collected = new Set<Parameter>();
    for (const part of partsOf(inputs, accumulate)) {
      optimizer.zeroGrad();
      const one = loss(...part);
      one.backward();
      collected = await optimizer.collectGradients(1 / accumulate, collected);
      total += (await one.item()) / accumulate;
    }
    optimizer.zeroGrad();
    const gradNorm = optimizer.clipGradients(collected, clipNorm);
    const result = { loss: total, gradNorm };
    if (!Number.isFinite(total + gradNorm)) throw new DivergedError('trainStep', result);
    optimizer.applyGradients(collected);
    return result;
  };
}

/** The inputs cut into parts along their first dimension. */
function partsOf(inputs: readonly Tensor[], count: number): (readonly Tensor[])[] {
  if (count === 1) return [inputs];
  return Array.from({ length: count }, (_, i) =>
    inputs.map((x) => {
      const size = (x.shape[0] ?? 0) / count;
      if (!Number.isInteger(size) || size === 0) {
        throw new ShapeError(`trainStep: ${show(x.shape)} cannot be cut into ${count} equal parts`);
      }
      return x.narrow(0, i * size, size);
    }),
  );
}
