/** Random choices: from probabilities, and of what to leave out. All from a seed. */

import { publicOp } from '../forbid.ts';
import { castTo, checkTensor } from '../tensor/apply.ts';
import { isFloat, toNumbers } from '../tensor/dtype.ts';
import { DTypeError, LibraryError, ShapeError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions, rand } from '../tensor/random.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { div, le, log, lt, mul, neg, sub, where } from './arithmetic.ts';
import { cumsum } from './cumulative.ts';
import { sum } from './reduction.ts';
import { topk } from './sorting.ts';

export interface MultinomialOptions extends RandomOptions {
  /** Whether one place may be drawn several times; needed to draw more often than there are places. */
  replacement?: boolean;
}

/**
 * Places drawn at random, each row's elements being the weights with which its places are drawn
 * (they need not sum to 1): int64. Without replacement, as in PyTorch, places of weight 0 are drawn
 * once there are no others. Weights that are none are reported where they are known; those that are
 * yet to be computed are taken as they come.
 *
 * @param weights `[places]` or `[rows, places]`, not negative
 * @param samples how many are drawn
 * @returns `[samples]` or `[rows, samples]`
 */
export const multinomial = publicOp(
  'multinomial',
  (weights: Tensor, samples: number, options: MultinomialOptions): Tensor => {
    const { replacement = false } = options;
    checkWeights(weights);
    const seed = generatorFrom('multinomial', options);
    const places = weights.shape.at(-1)!;
    if (!Number.isInteger(samples) || samples < 1) {
      throw new LibraryError(`multinomial: draws 1, 2, … places, not ${samples}`);
    }
    if (!replacement && samples > places) {
      throw new LibraryError(
        `multinomial: cannot draw ${samples} of ${places} places without { replacement: true }`,
      );
    }
    const wide = castTo(weights, 'float32');
    if (!replacement) return withoutReplacement(wide, samples, seed);
    // a number between 0 and the sum of all falls into the interval of one place
    const ends = cumsum(wide, -1).unsqueeze(-2); // [..., 1, places]
    const draws = rand([...weights.shape.slice(0, -1), samples, 1], { seed });
    return sum(le(ends, mul(draws, ends.narrow(-1, places - 1, 1))), -1);
  },
);

/**
 * Waiting times that fall exponentially at the rate of the weights end in the order in which places
 * would be drawn one by one (Efraimidis and Spirakis 2006); weight 0 waits for ever.
 */
function withoutReplacement(weights: Tensor, samples: number, seed: RandomOptions['seed']): Tensor {
  const waiting = neg(log(sub(1, rand(weights.shape, { seed }))));
  // 0 / 0 where the random number was 0 must not come first
  const rates = where(le(weights, 0), -1, div(weights, waiting));
  return topk(rates, samples, -1).indices;
}

function checkWeights(weights: Tensor): void {
  checkTensor('multinomial', weights);
  const places = weights.shape.at(-1) ?? 0;
  if (weights.ndim < 1 || weights.ndim > 2 || places === 0) {
    throw new ShapeError(
      `multinomial: needs weights [places] or [rows, places], got ${show(weights.shape)}`,
    );
  }
  if (weights.origin.data === null) return;
  const values = toNumbers(weights.origin.data);
  for (let row = 0; row < values.length; row += places) {
    const own = values.subarray(row, row + places);
    let total = 0;
    for (const value of own) {
      if (!(value >= 0 && value < Infinity)) {
        throw new LibraryError(`multinomial: a weight must be 0 or more and finite, not ${value}`);
      }
      total += value;
    }
    if (total === 0) throw new LibraryError('multinomial: all weights of a row are 0');
  }
}

/** 1 with the probability that each element of `p` says, else 0; of p's type. */
export const bernoulli = publicOp('bernoulli', (p: Tensor, options: RandomOptions): Tensor => {
  checkTensor('bernoulli', p);
  if (!isFloat(p.dtype)) {
    throw new DTypeError(`bernoulli: probabilities must be float32, got ${p.dtype}`);
  }
  for (const value of p.origin.data ?? []) {
    if (Number(value) >= 0 && Number(value) <= 1) continue;
    throw new LibraryError(`bernoulli: ${value} is no probability; they are 0 to 1`);
  }
  const draws = rand(p.shape, { seed: generatorFrom('bernoulli', options) });
  return castTo(lt(draws, castTo(p, 'float32')), p.dtype);
});

export interface DropoutOptions extends Partial<RandomOptions> {
  /** The share of elements that becomes 0; ½ where left out. */
  p?: number;
  /** False gives x as it is. */
  training?: boolean;
}

/**
 * x with a random share p of its elements 0 and the others scaled by 1/(1 − p), so that the mean
 * stays (Srivastava et al. 2014). The seed is needed in training only.
 */
export const dropout = publicOp('dropout', (x: Tensor, options: DropoutOptions = {}): Tensor => {
  checkTensor('dropout', x);
  const { p = 0.5, training = true, seed } = options;
  if (!(p >= 0 && p <= 1)) throw new LibraryError(`dropout: p is between 0 and 1, not ${p}`);
  if (!training || p === 0) return x;
  if (p === 1) return mul(x, 0);
  const generator = generatorFrom('dropout', seed === undefined ? undefined : { seed });
  const kept = lt(rand(x.shape, { seed: generator }), 1 - p);
  return mul(x, div(castTo(kept, x.dtype), 1 - p));
});
