/** One training step: forward, backward, update. */

import { type Program, Programs, run } from '../backend/compile.ts';
import { realize } from '../backend/realize.ts';
import { announce, demandLeave } from '../forbid.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import { addScaled } from '../optim/updates.ts';
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

const advice = 'A smaller learning rate, a warm-up or clipNorm may help';

/** A loss or a gradient that is no number any more, which has changed nothing; or a weight. */
export class DivergedError extends LibraryError {
  readonly loss: number;
  readonly gradNorm: number;

  static {
    DivergedError.prototype.name = 'DivergedError';
  }

  /** @param what other than loss and gradients is no number */
  constructor(where: string, { loss, gradNorm }: StepResult, what?: string) {
    const found = Number.isFinite(loss)
      ? `the gradients' length is ${gradNorm}`
      : `the loss is ${loss}`;
    super(`${where}: ${what ?? `${found}; the model is as before this step`}. ${advice}`);
    this.loss = loss;
    this.gradNorm = gradNorm;
  }
}

/**
 * The function that makes one training step: forward and backward as one graph, written down once
 * for each combination of shapes, and an update in one pass over the parameters.
 *
 * @param loss from a batch to one number, its mean loss. What it reads beside its inputs,
 *   parameters and generators, such as whether layers are being trained, stays as at the first step
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
  demandLeave('trainStep');
  if (!(clipNorm > 0)) {
    throw new LibraryError(`trainStep: clipNorm must be above 0, got ${clipNorm}`);
  }
  if (!(Number.isInteger(accumulate) && accumulate >= 1)) {
    throw new LibraryError(`trainStep: accumulate is a whole number from 1 on, not ${accumulate}`);
  }
  const plans = new Programs<Plan>((inputs) => traced(optimizer, loss, inputs, accumulate));
  return async (...inputs) => {
    await optimizer.prepare(inputs);
    let total = 0;
    let moved: ReadonlySet<Parameter> = new Set();
    for (const [i, part] of partsOf(inputs, accumulate).entries()) {
      await realize(...part);
      const plan = await plans.for(part);
      total += await computeGradients(plan, part, i > 0);
      moved = plan.moved;
    }
    const gradNorm = optimizer.clipGradients(moved, clipNorm);
    const result = { loss: total, gradNorm };
    if (!Number.isFinite(total + gradNorm)) throw new DivergedError('trainStep', result);
    optimizer.applyGradients(moved);
    return result;
  };
}

announce('trainStep');

/** What is computed forward and backward, and where it belongs. */
interface Plan {
  /** For each gradient a view of the optimizer's memory. */
  readonly gradients: readonly Float32Array[];
  readonly moved: ReadonlySet<Parameter>;
}

/** Writes down the loss and the gradients. */
function traced(
  optimizer: Optimizer,
  loss: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  parts: number,
): Plan & { tensors: readonly Tensor[] } {
  optimizer.zeroGrad();
  try {
    const whole = loss(...inputs);
    const value = parts === 1 ? whole : whole.div(parts);
    value.backward();
    const reached = optimizer.slots.filter(({ parameter }) => parameter.grad !== null);
    return {
      tensors: [value, ...reached.map(({ parameter }) => parameter.grad!)],
      gradients: reached.map(({ gradient }) => gradient),
      moved: new Set(reached.map(({ parameter }) => parameter)),
    };
  } finally {
    optimizer.zeroGrad();
  }
}

/** Writes the gradients to where they belong, or adds them to what is there; gives the loss. */
async function computeGradients(
  plan: Program & Plan,
  inputs: readonly Tensor[],
  add: boolean,
): Promise<number> {
  const { gradients } = plan;
  const [value, ...computed] = await run(plan, inputs, [null, ...(add ? [] : gradients)]);
  for (const [i, gradient] of gradients.entries()) {
    const found = computed[i] as Float32Array;
    if (add) addScaled(gradient, 1, found);
    else if (found !== gradient) gradient.set(found);
  }
  return Number(value![0]);
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
