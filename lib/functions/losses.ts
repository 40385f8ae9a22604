/** How far predictions are from the truth, as one number to make small. */

import { publicOp } from '../forbid.ts';
import { castTo, checkTensor } from '../tensor/apply.ts';
import { toNumbers } from '../tensor/dtype.ts';
import { DTypeError, LibraryError, ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { logSigmoid } from './activations.ts';
import { abs, add, clamp, div, eq, exp, log, mul, ne, neg, sub, where } from './arithmetic.ts';
import { gather, indexSelect } from './indexing.ts';
import { logSoftmax } from './neural.ts';
import { mean, sum } from './reduction.ts';

/** What becomes of the losses of the single elements: their mean, their sum, or all of them. */
export type Reduction = 'mean' | 'sum' | 'none';

export interface LossOptions {
  /** 'mean' where left out. */
  reduction?: Reduction;
}

function reduceLoss(op: string, losses: Tensor, reduction: Reduction = 'mean'): Tensor {
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

export interface ClassLossOptions extends LossOptions {
  /** A weight for each class; the mean is then a weighted one. */
  weight?: Tensor;
  /** Targets of this number do not count; −100 where left out. */
  ignoreIndex?: number;
}

/**
 * The mean of −x[target]: of log-probabilities those of the true classes.
 *
 * @param x log-probabilities `[..., classes]`; PyTorch has the classes in dimension 1
 * @param targets `[...]` of class numbers (int32 or int64)
 */
export const nllLoss = publicOp(
  'nllLoss',
  (x: Tensor, targets: Tensor, options: ClassLossOptions = {}): Tensor => {
    checkClasses('nllLoss', x, targets, options.ignoreIndex);
    return classLoss('nllLoss', targets, options, (classes, weights) => {
      return times(neg(gather(x, -1, classes.unsqueeze(-1)).squeeze(-1)), weights);
    });
  },
);

export interface CrossEntropyOptions extends ClassLossOptions {
  /** This share of the truth is spread evenly over all classes (Szegedy et al. 2016). */
  labelSmoothing?: number;
}

/**
 * The mean of −log p(target), where p is the softmax of the logits.
 *
 * @param logits `[..., classes]`; PyTorch has the classes in dimension 1
 * @param targets `[...]` of class numbers (int32 or int64), or probabilities of the logits' shape
 */
export const crossEntropy = publicOp(
  'crossEntropy',
  (logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor => {
    checkTensor('crossEntropy', logits);
    checkTensor('crossEntropy', targets);
    const { weight, labelSmoothing = 0 } = options;
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new LibraryError(
        `crossEntropy: labelSmoothing is between 0 and 1, not ${labelSmoothing}`,
      );
    }
    const logP = logSoftmax(logits, -1);
    if (targets.dtype === logits.dtype && sameShape(targets.shape, logits.shape)) {
      return softCrossEntropy(logP, targets, options);
    }
    checkClasses('crossEntropy', logits, targets, options.ignoreIndex);
    if (labelSmoothing === 0) return nllLoss(logP, targets, options);
    // what is spread counts with the weights of the classes it falls on
    const spread = weight === undefined ? mean(logP, -1) : mean(mul(logP, weight), -1);
    return classLoss('crossEntropy', targets, options, (classes, weights) => {
      const hit = times(gather(logP, -1, classes.unsqueeze(-1)).squeeze(-1), weights);
      return neg(add(mul(hit, 1 - labelSmoothing), mul(spread, labelSmoothing)));
    });
  },
);

/** Of probabilities; the mean is over what lies in front of the classes, weights do not count. */
function softCrossEntropy(logP: Tensor, targets: Tensor, options: CrossEntropyOptions): Tensor {
  const { weight, labelSmoothing = 0, reduction } = options;
  const classes = logP.shape.at(-1)!;
  const truth =
    labelSmoothing === 0
      ? targets
      : add(mul(targets, 1 - labelSmoothing), labelSmoothing / classes);
  const weighted = weight === undefined ? logP : mul(logP, weight);
  return reduceLoss('crossEntropy', neg(sum(mul(truth, weighted), -1)), reduction);
}

/**
 * Losses by class number, `lossOf` having weighted them; those of targets that are ignored are 0
 * and not counted.
 */
function classLoss(
  op: string,
  targets: Tensor,
  { weight, ignoreIndex = -100, reduction = 'mean' }: ClassLossOptions,
  lossOf: (classes: Tensor, weights: Tensor | null) => Tensor,
): Tensor {
  const counts = ne(targets, ignoreIndex);
  const classes = where(counts, targets, 0);
  const ofClass =
    weight === undefined
      ? null
      : indexSelect(weight, 0, classes.reshape([classes.numel])).reshape(classes.shape);
  const losses = where(counts, lossOf(classes, ofClass), 0);
  if (reduction !== 'mean') return reduceLoss(op, losses, reduction);
  return div(sum(losses), sum(times(castTo(counts, losses.dtype), ofClass)));
}

/** Weighted, where there are weights. */
function times(x: Tensor, weights: Tensor | null): Tensor {
  return weights === null ? x : mul(x, weights);
}

/** Class numbers must fit, in shape, in type and, where they are known already, in value. */
function checkClasses(op: string, x: Tensor, targets: Tensor, ignoreIndex = -100): void {
  checkTensor(op, x);
  checkTensor(op, targets);
  if (!sameShape(targets.shape, x.shape.slice(0, -1)) || x.ndim === 0) {
    throw new ShapeError(
      `${op}: logits ${show(x.shape)} need targets ${show(x.shape.slice(0, -1))}, ` +
        `got ${show(targets.shape)}`,
    );
  }
  if (targets.dtype !== 'int32' && targets.dtype !== 'int64') {
    throw new DTypeError(
      `${op}: targets must be int32 or int64, got ${targets.dtype}; cast('int64')`,
    );
  }
  if (targets.origin.data === null) return;
  const classes = x.shape.at(-1)!;
  for (const target of toNumbers(targets.origin.data)) {
    if (target === ignoreIndex || (target >= 0 && target < classes)) continue;
    throw new ShapeError(`${op}: target ${target} is no class; they are 0 to ${classes - 1}`);
  }
}
