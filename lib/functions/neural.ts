/** Products of vectors and matrices, and what networks are made of. */

import { publicOp } from '../forbid.ts';
import { apply, asFloat, asVector, castTo, checkTensor, constant } from '../tensor/apply.ts';
import { ones, tensor, zeros } from '../tensor/create.ts';
import { isFloat, promote } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { broadcastShapes, dimIndex, dimIndices, sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, clamp, div, eq, exp, log, mul, sqrt, sub, where } from './arithmetic.ts';
import { repeatInterleave } from './arranging.ts';
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

export interface AttentionOptions {
  /**
   * Broadcasts to `[..., queries, keys]`. Bool: true where attention is allowed; float: added to
   * the scores. A query that may see no key gets zeros.
   */
  mask?: Tensor;
  /** A query sees only keys up to its own place. */
  isCausal?: boolean;
  /** What happens to the weights `[..., queries, keys]` before values are weighed, as dropout. */
  dropout?: (weights: Tensor) => Tensor;
  /** What the products are multiplied by; 1/√d where left out. */
  scale?: number;
  /** Whether k and v may have fewer heads, dimension −3, each of which serves several of q's. */
  enableGqa?: boolean;
}

/**
 * softmax(Q·Kᵀ / √d) · V (Vaswani et al. 2017, arXiv:1706.03762, formula 1). A mask goes with
 * `isCausal`, which PyTorch refuses, and dropout is a function, for which PyTorch has a share.
 *
 * @param q `[..., queries, d]`
 * @param k `[..., keys, d]`
 * @param v `[..., keys, e]`
 * @returns `[..., queries, e]`
 */
export const scaledDotProductAttention = publicOp(
  'scaledDotProductAttention',
  (q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor => {
    const { mask, isCausal, dropout, scale = q.shape.at(-1)! ** -0.5, enableGqa } = options;
    for (const x of [q, k, v]) checkTensor('scaledDotProductAttention', x);
    if (enableGqa && q.ndim > 2) {
      const [keys, values] = [k, v].map((x) => forHeads(x, q.shape.at(-3)!)) as [Tensor, Tensor];
      return scaledDotProductAttention(q, keys, values, { ...options, enableGqa: false });
    }
    checkAttentionShapes(q, k, v);
    const products = matmul(q, k.transpose(-2, -1)); // [..., queries, keys]
    let scores = mul(products, constant(scale));
    const causal = isCausal ? causalMask(q.shape.at(-2)!, k.shape.at(-2)!) : null;
    const hidden = mask === undefined ? null : additiveMask(mask, causal);
    // adding to all heads at once takes one pass less over memory than choosing, twice
    if (hidden !== null) scores = add(scores, hidden.mask);
    else if (causal !== null) scores = add(scores, causal);
    const weights = softmax(scores, -1);
    const result = matmul(dropout === undefined ? weights : dropout(weights), v);
    return hidden === null ? result : result.maskedFill(hidden.isBlind, 0);
  },
);

/** Each head of k or v, dimension −3, repeated until there are `heads`. */
function forHeads(x: Tensor, heads: number): Tensor {
  const own = x.ndim > 2 ? x.shape.at(-3)! : 1;
  if (x.ndim > 2 && heads % own === 0) return repeatInterleave(x, heads / own, -3);
  throw new ShapeError(
    `scaledDotProductAttention: ${heads} heads cannot share the ${own} of ${show(x.shape)}`,
  );
}

/**
 * What is added to the scores, and which queries see no key. These are shown all keys, so that
 * neither their weights nor any gradient is 0 / 0, and their results are to be made 0.
 */
function additiveMask(mask: Tensor, causal: Tensor | null): { mask: Tensor; isBlind: Tensor } {
  checkTensor('scaledDotProductAttention', mask);
  if (mask.dtype !== 'bool' && !isFloat(mask.dtype)) {
    throw new DTypeError(
      `scaledDotProductAttention: a mask is bool, or float32 and added, not ${mask.dtype}`,
    );
  }
  const own = mask.dtype === 'bool' ? where(mask, constant(0), constant(-Infinity)) : mask;
  const all = causal === null ? own : add(own, causal);
  const isBlind = eq(max(all, -1, { keepdim: true }).detach(), -Infinity);
  return { mask: all.maskedFill(isBlind, 0), isBlind };
}

/** Masks that were made last. All layers and steps share one, which is then made and handed over once. */
const causalMasks = new Map<string, Tensor>();

/** `[queries, keys]`: 0 for keys up to the query's own place, −∞ beyond. */
function causalMask(queries: number, keys: number): Tensor {
  const key = `${queries} ${keys}`;
  const known = causalMasks.get(key);
  if (known !== undefined) return known;
  const values = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i++) {
    if (i + 1 < keys) values.fill(-Infinity, i * keys + i + 1, (i + 1) * keys);
  }
  const mask = tensor(values, { shape: [queries, keys] });
  causalMasks.set(key, mask);
  const [oldest] = causalMasks.keys();
  if (causalMasks.size > 4) causalMasks.delete(oldest!);
  return mask;
}

function checkAttentionShapes(q: Tensor, k: Tensor, v: Tensor): void {
  const fits =
    Math.min(q.ndim, k.ndim, v.ndim) >= 2 &&
    q.shape.at(-1) === k.shape.at(-1) &&
    k.shape.at(-2) === v.shape.at(-2);
  if (!fits) {
    throw new ShapeError(
      'scaledDotProductAttention: needs q [..., queries, d], k [..., keys, d], v [..., keys, e], ' +
        `got ${show(q.shape)}, ${show(k.shape)}, ${show(v.shape)}`,
    );
  }
}
