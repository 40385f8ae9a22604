/** Attention: queries look at keys, and take the values of those that fit. */

import { publicOp } from '../forbid.ts';
import { checkTensor, constant } from '../tensor/apply.ts';
import { tensor } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, eq, mul, where } from './arithmetic.ts';
import { repeatInterleave } from './arranging.ts';
import { matmul, softmax } from './neural.ts';
import { max } from './reduction.ts';

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
