/** Products of vectors and matrices, and what networks are made of. */

import { publicOp } from '../forbid.ts';
import { apply, asFloat, asVector, castTo, checkTensor } from '../tensor/apply.ts';
import { ones, zeros } from '../tensor/create.ts';
import { promote } from '../tensor/dtype.ts';
import { ShapeError } from '../tensor/errors.ts';
import { broadcastShapes, dimIndex, dimIndices, sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, clamp, div, exp, log, mul, sqrt, sub } from './arithmetic.ts';
import { max, sum } from './reduction.ts';
import { computed, mean, norm } from './statistics.ts';

/**
 * The product of matrices, `[..., m, k] · [..., k, n] → [..., m, n]`; a vector counts as one row or
 * one column. Of two types the result has the wider one, where PyTorch refuses to mix them.
 */
export const matmul = publicOp('matmul', (a: Tensor, b: Tensor): Tensor => {
  checkTensor('matmul', a);
  checkTensor('matmul', b);
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError(
      `matmul: needs vectors or matrices, got ${show(a.shape)} and ${show(b.shape)}`,
    );
  }
  const dtype = promote(a.dtype, b.dtype);
  const [x, y] = [castTo(a, dtype), castTo(b, dtype)];
  if (x.ndim === 1 && y.ndim === 1) return matmul(x.unsqueeze(0), y.unsqueeze(1)).reshape([]);
  if (x.ndim === 1) return matmul(x.unsqueeze(0), y).squeeze(-2);
  if (y.ndim === 1) return matmul(x, y.unsqueeze(1)).squeeze(-1);
  return apply('matmul', [x, y], {});
});

/** The dot product of two vectors of one length, of the wider type of both. */
export const dot = publicOp('dot', (a: Tensor, b: Tensor): Tensor => {
  checkTensor('dot', a);
  checkTensor('dot', b);
  if (a.ndim !== 1 || b.ndim !== 1 || a.numel !== b.numel) {
    throw new ShapeError(
      `dot: needs two vectors of one length, got ${show(a.shape)} and ${show(b.shape)}`,
    );
  }
  return sum(mul(a, b));
});

/**
 * cos of the angle between vectors along `dim` (the last where left out; in PyTorch the second):
 * a·b / (‖a‖ ‖b‖). The shapes broadcast. A vector of length 0 has no direction; its similarity is 0.
 */
export const cosineSimilarity = publicOp(
  'cosineSimilarity',
  (a: Tensor, b: Tensor, { dim = -1 }: { dim?: number } = {}): Tensor => {
    checkTensor('cosineSimilarity', a);
    checkTensor('cosineSimilarity', b);
    const shape = broadcastShapes('cosineSimilarity', a.shape, b.shape);
    const [x, y] = [a, b].map((vectors) => {
      const all = asFloat(vectors).expand(shape);
      return div(all, clamp(norm(all, dim, { keepdim: true }), 1e-8));
    }) as [Tensor, Tensor];
    return sum(mul(x, y), dim);
  },
);

/** eˣ / Σ eˣ along `dim`: positive numbers that sum to 1. */
export const softmax = publicOp('softmax', (x: Tensor, dim: number): Tensor => {
  checkTensor('softmax', x);
  return asVector(asFloat(x), (vector) =>
    apply('softmax', [vector], { dim: dimIndex('softmax', dim, vector.shape) }),
  );
});

/** The logarithm of softmax along `dim`, without underflow. */
export const logSoftmax = publicOp('logSoftmax', (x: Tensor, dim: number): Tensor => {
  checkTensor('logSoftmax', x);
  dimIndices('logSoftmax', dim, x.shape); // throws where there is no such dimension
  if (x.numel === 0) return asFloat(x); // no largest element
  return computed(asFloat(x), (wide) => {
    const shifted = sub(wide, max(wide, dim, { keepdim: true }).detach());
    return sub(shifted, log(sum(exp(shifted), dim, { keepdim: true })));
  });
});

export interface LayerNormOptions {
  /** Scale, of the size of the last dimension. */
  weight?: Tensor;
  /** Shift, of the size of the last dimension. */
  bias?: Tensor;
  /** Keeps the division apart from 0. */
  eps?: number;
}

/**
 * Each vector along the last dimension (PyTorch takes several together where asked) moved to mean 0
 * and scaled to variance 1 (Ba et al. 2016, arXiv:1607.06450).
 */
export const layerNorm = publicOp(
  'layerNorm',
  (x: Tensor, { weight, bias, eps = 1e-5 }: LayerNormOptions = {}): Tensor => {
    checkTensor('layerNorm', x);
    const width = x.shape.slice(-1);
    const scale = weight ?? ones(width);
    const shift = bias ?? zeros(width);
    return computed(x, (wide) => apply('layerNorm', [wide, scale, shift], { eps }));
  },
);

export interface RmsNormOptions {
  /** Scale, of the size of the last dimension. */
  weight?: Tensor;
  /** Keeps the division apart from 0; 2⁻²³ where left out, as in PyTorch. */
  eps?: number;
}

/**
 * Each vector along the last dimension divided by the root of the mean of its squares (Zhang and
 * Sennrich 2019, arXiv:1910.07467).
 */
export const rmsNorm = publicOp(
  'rmsNorm',
  (x: Tensor, { weight, eps = 2 ** -23 }: RmsNormOptions = {}): Tensor => {
    checkTensor('rmsNorm', x);
    if (x.ndim === 0 || (weight !== undefined && !sameShape(weight.shape, x.shape.slice(-1)))) {
      throw new ShapeError(
        `rmsNorm: needs vectors and a weight of their size, got ${show(x.shape)}` +
          (weight === undefined ? '' : ` and ${show(weight.shape)}`),
      );
    }
    const normal = computed(x, (wide) => {
      return div(wide, sqrt(add(mean(mul(wide, wide), -1, { keepdim: true }), eps)));
    });
    return weight === undefined ? normal : mul(normal, weight);
  },
);
