/** The functions that networks bend their straight lines with, element by element. */

import { publicOp } from '../forbid.ts';
import { apply, asFloat, checkTensor } from '../tensor/apply.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  add,
  clamp,
  div,
  exp,
  expm1,
  gt,
  log1p,
  mul,
  neg,
  sigmoid,
  tanh,
  where,
} from './arithmetic.ts';

export interface GeluOptions {
  /** 'tanh' for the approximation that GPT-2 uses; 'none', exact, where left out. */
  approximate?: 'none' | 'tanh';
}

/** The Gaussian error linear unit, x · Φ(x) (Hendrycks and Gimpel 2016, arXiv:1606.08415). */
export const gelu = publicOp('gelu', (x: Tensor, options: GeluOptions = {}): Tensor => {
  checkTensor('gelu', x);
  const { approximate = 'none' } = options;
  if (approximate === 'none') return apply('gelu', [asFloat(x)], {});
  if (approximate !== 'tanh') {
    throw new LibraryError(`gelu: approximate is 'none' or 'tanh', not '${approximate}'`);
  }
  const cubic = add(x, mul(mul(x, x), mul(x, 0.044715)));
  return mul(x, add(1, tanh(mul(cubic, Math.sqrt(2 / Math.PI)))).mul(0.5));
});

/** x · sigmoid(x), also called swish (Ramachandran et al. 2017, arXiv:1710.05941). */
export const silu = publicOp('silu', (x: Tensor): Tensor => mul(x, sigmoid(x)));

/** log(1 + e^(βx)) / β, a smooth relu; x itself where βx > threshold. */
export const softplus = publicOp(
  'softplus',
  (x: Tensor, { beta = 1, threshold = 20 }: { beta?: number; threshold?: number } = {}): Tensor => {
    checkTensor('softplus', x);
    const scaled = mul(asFloat(x), beta);
    const smooth = div(log1p(exp(clamp(scaled, undefined, threshold))), beta);
    return where(gt(scaled, threshold), x, smooth);
  },
);

/** The logarithm of sigmoid(x), without underflow. */
export const logSigmoid = publicOp('logSigmoid', (x: Tensor): Tensor => {
  checkTensor('logSigmoid', x);
  // min(x, 0) − log(1 + e^−|x|), both branches by where, so that the slope at 0 is right
  const positive = gt(x, 0);
  const small = exp(where(positive, neg(x), x));
  return where(positive, 0, x).sub(log1p(small));
});

/** x above 0, and α(eˣ − 1) below (Clevert et al. 2015, arXiv:1511.07289). */
export const elu = publicOp('elu', (x: Tensor, { alpha = 1 }: { alpha?: number } = {}): Tensor => {
  checkTensor('elu', x);
  const below = mul(expm1(clamp(asFloat(x), undefined, 0)), alpha);
  return where(gt(x, 0), x, below);
});

/** x above 0, and `negativeSlope` · x below (Maas et al. 2013). */
export const leakyRelu = publicOp(
  'leakyRelu',
  (x: Tensor, { negativeSlope = 0.01 }: { negativeSlope?: number } = {}): Tensor => {
    checkTensor('leakyRelu', x);
    return where(gt(x, 0), x, mul(x, negativeSlope));
  },
);
