/**
 * How much better than expected something was. A reward of 5 says nothing by itself: it depends on
 * whether 1 or 10 was to be expected.
 */

import { publicOp } from '../forbid.ts';
import { where } from '../functions/arithmetic.ts';
import { cat } from '../functions/movement.ts';
import { checkTensor } from '../tensor/apply.ts';
import { tensor, zeros } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkBetween, checkShapes } from './checks.ts';

/** What is to come, each later one counting less: Σₖ factorᵏ x[t + k]; `[..., length]` to the same. */
function discountedSums(op: string, x: Tensor, factor: number): Tensor {
  const length = x.shape.at(-1);
  if (length === undefined) throw new ShapeError(`${op}: needs [..., length], got a single number`);
  // row i, column t: how much x[i] counts at t
  const weights = Float64Array.from({ length: length * length }, (_, at) => {
    const [i, t] = [Math.floor(at / length), at % length];
    return i < t ? 0 : factor ** (i - t);
  });
  const matrix = tensor(weights, { shape: [length, length] });
  return x.unsqueeze(-2).matmul(matrix).squeeze(-2);
}

/**
 * R_t = Σₖ γᵏ r[t + k]: what all that follows is worth at time t (Sutton and Barto 2018, eq. 3.8).
 *
 * @param rewards `[..., length]`
 * @returns `[..., length]`
 */
export const discountedReturns = publicOp(
  'rl.discountedReturns',
  (rewards: Tensor, { gamma = 1 }: { gamma?: number } = {}): Tensor => {
    checkTensor('rl.discountedReturns', rewards);
    checkBetween('rl.discountedReturns', 'gamma', gamma, 0, 1);
    return discountedSums('rl.discountedReturns', rewards, gamma);
  },
);

export interface AdvantageOptions {
  /** γ: how much less a reward counts with each step that it is away; 1 where left out. */
  gamma?: number;
  /** λ: 0 trusts the values, 1 only the rewards; 0.95 where left out. */
  lambda?: number;
}

/**
 * Generalised advantage estimation (Schulman et al. 2016, arXiv:1506.02438): with the surprises
 * δ_t = r_t + γ V(s_{t+1}) − V(s_t), A_t = Σₖ (γλ)ᵏ δ[t + k] (eq. 16). What comes after the last
 * place is the end, worth 0; where an episode ends before, rewards and values after it must be 0.
 *
 * @param rewards `[..., length]`
 * @param values `[..., length]`: what was expected before each step
 * @returns `[..., length]`; add the values and you have the returns that a critic learns
 */
export const generalizedAdvantages = publicOp(
  'rl.generalizedAdvantages',
  (rewards: Tensor, values: Tensor, options: AdvantageOptions = {}): Tensor => {
    const { gamma = 1, lambda = 0.95 } = options;
    checkShapes('rl.generalizedAdvantages', { rewards, values });
    checkBetween('rl.generalizedAdvantages', 'gamma', gamma, 0, 1);
    checkBetween('rl.generalizedAdvantages', 'lambda', lambda, 0, 1);
    const length = values.shape.at(-1) ?? 0;
    if (length === 0) return rewards.sub(values);
    const end = zeros([...values.shape.slice(0, -1), 1]);
    const next = cat([values.narrow(-1, 1, length - 1), end], -1); // V(s_{t+1})
    const surprises = rewards.add(next.mul(gamma)).sub(values);
    return discountedSums('rl.generalizedAdvantages', surprises, gamma * lambda);
  },
);

/**
 * (r − mean) / std within each group of answers to one question (Shao et al. 2024,
 * arXiv:2402.03300, section 4.1.2). Where all of a group have the same reward there is nothing to
 * learn from: 0. The deviation is that of a sample (n − 1), as the usual implementations have it.
 *
 * @param rewards `[groups, size]`
 * @returns `[groups, size]`
 */
export const groupAdvantages = publicOp('rl.groupAdvantages', (rewards: Tensor): Tensor => {
  checkTensor('rl.groupAdvantages', rewards);
  if (rewards.ndim !== 2) {
    throw new ShapeError(`rl.groupAdvantages: needs [groups, size], got ${show(rewards.shape)}`);
  }
  const over = { keepdim: true };
  // rounding would make a tiny deviation of equal rewards, and of that large advantages
  const equal = rewards.max(-1, over).eq(rewards.min(-1, over));
  const distance = rewards.sub(rewards.mean(-1, over));
  const deviation = where(equal, 1, rewards.std(-1, over));
  return where(equal, 0, distance.div(deviation));
});
