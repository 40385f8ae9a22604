/** How far predicted classes are from the true ones. */

import { publicOp } from '../forbid.ts';
import { castTo, checkTensor } from '../tensor/apply.ts';
import { toNumbers } from '../tensor/dtype.ts';
import { DTypeError, LibraryError, ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, div, mul, ne, neg, where } from './arithmetic.ts';
import { gather, indexSelect } from './indexing.ts';
import { type LossOptions, reduceLoss } from './losses.ts';
import { logSoftmax } from './neural.ts';
import { sum } from './reduction.ts';
import { mean } from './statistics.ts';

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
