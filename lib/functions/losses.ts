/**
 * How far predictions are from the truth, as one number to make small: of numbers and probabilities.
 * Of classes: class-losses.ts.
 */

import { publicOp } from '../forbid.ts';
import { checkTensor } from '../tensor/apply.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { logSigmoid } from './activations.ts';
import { abs, add, clamp, div, eq, exp, log, mul, neg, sub, where } from './arithmetic.ts';
import { sum } from './reduction.ts';
import { mean } from './statistics.ts';

/** What becomes of the losses of the single elements: their mean, their sum, or all of them. */
export type Reduction = 'mean' | 'sum' | 'none';

export interface LossOptions {
  /** 'mean' where left out. */
  reduction?: Reduction;
}

export function reduceLoss(op: string, losses: Tensor, reduction: Reduction = 'mean'): Tensor {
  if (reduction === 'mean') return mean(losses);
  if (reduction === 'sum') return sum(losses);
  if (reduction === 'none') return losses;
  throw new LibraryError(`${op}: reduction is 'mean', 'sum' or 'none', not '${reduction}'`);
}

/** A loss of pairs; both sides must have one shape, where PyTorch warns and broadcasts. */
function pairwise(op: string, x: Tensor, target: Tensor): void {
  checkTensor(op, x);
  checkTensor(op, target);
  if (!sameShape(x.shape, target.shape)) {
    throw new ShapeError(
      `${op}: predictions ${show(x.shape)} and targets ${show(target.shape)} must have one shape`,
    );
  }
}

/** The mean of (x − target)². */
export const mseLoss = publicOp(
  'mseLoss',
  (x: Tensor, target: Tensor, { reduction }: LossOptions = {}): Tensor => {
    pairwise('mseLoss', x, target);
    const difference = sub(x, target);
    return reduceLoss('mseLoss', mul(difference, difference), reduction);
  },
);

/** The mean of |x − target|. */
export const l1Loss = publicOp(
  'l1Loss',
  (x: Tensor, target: Tensor, { reduction }: LossOptions = {}): Tensor => {
    pairwise('l1Loss', x, target);
    return reduceLoss('l1Loss', abs(sub(x, target)), reduction);
  },
);

/** The mean of ½ d² / β for distances d = |x − target| below β, and d − ½ β above. */
export const smoothL1Loss = publicOp(
  'smoothL1Loss',
  (x: Tensor, target: Tensor, options: LossOptions & { beta?: number } = {}): Tensor => {
    pairwise('smoothL1Loss', x, target);
    const { beta = 1, reduction } = options;
    if (!(beta >= 0)) throw new LibraryError(`smoothL1Loss: beta is 0 or more, not ${beta}`);
    const distance = abs(sub(x, target));
    const near = distance.lt(beta);
    const curved = div(mul(distance, distance).mul(0.5), beta === 0 ? 1 : beta);
    const losses = where(near, curved, sub(distance, 0.5 * beta));
    return reduceLoss('smoothL1Loss', losses, reduction);
  },
);

export interface BinaryLossOptions extends LossOptions {
  /** Multiplies the loss of each element; broadcasts. */
  weight?: Tensor;
}

/**
 * The mean of −(t log p + (1 − t) log(1 − p)) for probabilities p; NaN where p is none, which PyTorch
 * refuses. As there no logarithm is less than −100; unlike there, nothing flows back where it would be.
 */
export const bceLoss = publicOp(
  'bceLoss',
  (p: Tensor, target: Tensor, { weight, reduction }: BinaryLossOptions = {}): Tensor => {
    pairwise('bceLoss', p, target);
    const [hit, miss] = [boundedLog(p), boundedLog(sub(1, p))];
    const losses = neg(add(mul(target, hit), mul(sub(1, target), miss)));
    return reduceLoss('bceLoss', weight === undefined ? losses : mul(losses, weight), reduction);
  },
);

function boundedLog(p: Tensor): Tensor {
  const isZero = eq(p, 0);
  return where(isZero, -100, clamp(log(where(isZero, 1, p)), -100));
}

export interface BinaryLogitsLossOptions extends BinaryLossOptions {
  /** Multiplies the loss of what should be 1; broadcasts. */
  posWeight?: Tensor;
}

/** {@link bceLoss} of sigmoid(x), without overflow. */
export const bceWithLogitsLoss = publicOp(
  'bceWithLogitsLoss',
  (x: Tensor, target: Tensor, options: BinaryLogitsLossOptions = {}): Tensor => {
    pairwise('bceWithLogitsLoss', x, target);
    const { weight, posWeight, reduction } = options;
    // log sigmoid(−x) = log sigmoid(x) − x, so only one logarithm is needed
    const logYes = logSigmoid(x);
    const ifYes = posWeight === undefined ? target : mul(target, posWeight);
    const losses = sub(mul(sub(1, target), sub(x, logYes)), mul(ifYes, logYes));
    const weighted = weight === undefined ? losses : mul(losses, weight);
    return reduceLoss('bceWithLogitsLoss', weighted, reduction);
  },
);

export interface KlDivOptions {
  /** As PyTorch's: 'batchmean', the sum over the first size, is what the formula says. */
  reduction?: Reduction | 'batchmean';
  /** Whether the targets are logarithms too. */
  logTarget?: boolean;
}

/**
 * The Kullback–Leibler divergence Σ t (log t − x), where x are log-probabilities and t the true
 * probabilities. As in PyTorch 'mean', the default, divides by the number of all elements.
 */
export const klDiv = publicOp(
  'klDiv',
  (x: Tensor, target: Tensor, { reduction, logTarget = false }: KlDivOptions = {}): Tensor => {
    pairwise('klDiv', x, target);
    const losses = logTarget ? mul(exp(target), sub(target, x)) : divergence(x, target);
    if (reduction === 'batchmean') return div(sum(losses), x.shape[0] ?? 1);
    return reduceLoss('klDiv', losses, reduction);
  },
);

/** t (log t − x), which is 0 for t = 0. */
function divergence(x: Tensor, target: Tensor): Tensor {
  const isZero = eq(target, 0);
  const logs = log(where(isZero, 1, target));
  return sub(where(isZero, 0, mul(target, logs)), mul(target, x));
}
