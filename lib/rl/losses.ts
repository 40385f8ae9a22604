/**
 * The losses of learning from rewards and preferences: pure functions of tensors, one formula each.
 *
 * Tokens are `[answers, length]`; a mask of that shape has 1 where a token is part of the answer
 * and 0 where it is the question or fills up.
 */

import { publicOp } from '../forbid.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkBetween, checkShapes } from './checks.ts';
import { klPenalty } from './probabilities.ts';

/** The mean of what the mask keeps; of everything where there is none. */
export const maskedMean = publicOp('rl.maskedMean', (x: Tensor, mask?: Tensor): Tensor => {
  checkShapes('rl.maskedMean', { x, mask });
  return mask === undefined ? x.mean() : x.mul(mask).sum().div(mask.sum().clamp(1));
});

/**
 * −E log σ(r(chosen) − r(rejected)): the chance that the better answer is preferred, if answers win
 * by their scores (Bradley and Terry 1952; Ouyang et al. 2022, arXiv:2203.02155, eq. 1).
 *
 * @param chosen the scores of the preferred answers, `[pairs]`
 * @param rejected those of the others, `[pairs]`
 */
export const bradleyTerryLoss = publicOp(
  'rl.bradleyTerryLoss',
  (chosen: Tensor, rejected: Tensor): Tensor => {
    checkShapes('rl.bradleyTerryLoss', { chosen, rejected });
    return chosen.sub(rejected).logSigmoid().mean().neg();
  },
);

export interface ClipOptions {
  /** ε: how far the ratio may go from 1 before it earns nothing more; 0.2 where left out. */
  epsilon?: number;
  /** Which places count, of the shape of the others; all where left out. */
  mask?: Tensor;
}

/** min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) for each place, ρ = π / π_old. */
function clippedTerms(
  op: string,
  logProbabilities: Tensor,
  old: Tensor,
  advantages: Tensor,
  epsilon = 0.2,
): Tensor {
  checkShapes(op, { logProbabilities, old, advantages });
  checkBetween(op, 'epsilon', epsilon, 0, Infinity);
  const ratio = logProbabilities.sub(old).exp();
  const clipped = ratio.clamp(1 - epsilon, 1 + epsilon);
  return ratio.mul(advantages).minimum(clipped.mul(advantages));
}

/**
 * PPO's objective, to be made large: E min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) with ρ = π / π_old
 * (Schulman et al. 2017, arXiv:1707.06347, eq. 7).
 *
 * @param logProbabilities log π of what was done, any shape
 * @param old the same under the policy that did it
 * @param advantages of the same shape
 */
export const clippedObjective = publicOp(
  'rl.clippedObjective',
  (
    logProbabilities: Tensor,
    old: Tensor,
    advantages: Tensor,
    { epsilon, mask }: ClipOptions = {},
  ): Tensor => {
    const op = 'rl.clippedObjective';
    return maskedMean(clippedTerms(op, logProbabilities, old, advantages, epsilon), mask);
  },
);

export interface ValueLossOptions extends ClipOptions {
  /** The values before the update: the loss then lets them move by ε at most, as PPO's code does. */
  old?: Tensor;
}

/**
 * E (V − R)² (PPO, eq. 9). With `old` the worse of that and of the same for V within ε of its old
 * value; the paper does not have this, its published code does.
 *
 * @param values what the critic expects, any shape
 * @param returns what came, of the same shape
 */
export const valueLoss = publicOp(
  'rl.valueLoss',
  (
    values: Tensor,
    returns: Tensor,
    { old, epsilon = 0.2, mask }: ValueLossOptions = {},
  ): Tensor => {
    checkShapes('rl.valueLoss', { values, returns, old });
    const errors = values.sub(returns).square();
    if (old === undefined) return maskedMean(errors, mask);
    const near = old.add(values.sub(old).clamp(-epsilon, epsilon));
    return maskedMean(errors.maximum(near.sub(returns).square()), mask);
  },
);

export interface GrpoLossInputs {
  /** log π of each token, `[answers, length]`. */
  logProbabilities: Tensor;
  /** The same under the policy that wrote the answers. */
  old: Tensor;
  /** The same under the reference. */
  reference: Tensor;
  /** One for each answer, `[answers]`. */
  advantages: Tensor;
  /** 1 for tokens of the answer, `[answers, length]`. */
  mask: Tensor;
}

export interface GrpoLossOptions {
  /** ε of the clipping; 0.2 where left out. */
  epsilon?: number;
  /** How strongly the reference holds the policy; 0.04 where left out, as in the paper. */
  beta?: number;
}

/**
 * GRPO's objective with the sign of a loss (Shao et al. 2024, arXiv:2402.03300, eq. 3 and 4): the
 * clipped objective less β times KL estimated by k3, as a mean over the tokens of each answer, and
 * of these the mean over the answers.
 */
export const grpoLoss = publicOp(
  'rl.grpoLoss',
  (
    { logProbabilities, old, reference, advantages, mask }: GrpoLossInputs,
    { epsilon, beta = 0.04 }: GrpoLossOptions = {},
  ): Tensor => {
    checkShapes('rl.grpoLoss', { logProbabilities, old, reference, mask });
    checkShapes('rl.grpoLoss', { advantages, answers: mask.select(-1, 0) });
    const each = advantages.unsqueeze(-1).expand(mask.shape); // a token has its answer's advantage
    const gain = clippedTerms('rl.grpoLoss', logProbabilities, old, each, epsilon);
    const terms = gain.sub(klPenalty(logProbabilities, reference, 'k3').mul(beta));
    return terms.mul(mask).sum(-1).div(mask.sum(-1).clamp(1)).mean().neg();
  },
);

export interface DpoLossInputs {
  /** log π of each preferred answer as a whole, the sum over its tokens, `[pairs]`. */
  chosen: Tensor;
  /** Those of the other answers. */
  rejected: Tensor;
  /** The same answers under the reference. */
  referenceChosen: Tensor;
  referenceRejected: Tensor;
}

/**
 * −E log σ(β log(π / π_ref)(chosen) − β log(π / π_ref)(rejected)): Bradley and Terry's loss where
 * the policy itself is the reward model (Rafailov et al. 2023, arXiv:2305.18290, eq. 7).
 *
 * Only the difference counts: a preferred answer may become less likely, as long as the other one
 * falls further.
 */
export const dpoLoss = publicOp(
  'rl.dpoLoss',
  (
    { chosen, rejected, referenceChosen, referenceRejected }: DpoLossInputs,
    { beta = 0.1 }: { beta?: number } = {},
  ): Tensor => {
    checkShapes('rl.dpoLoss', { chosen, rejected, referenceChosen, referenceRejected });
    const winner = chosen.sub(referenceChosen).mul(beta); // the implicit reward, eq. 5
    const loser = rejected.sub(referenceRejected).mul(beta);
    return winner.sub(loser).logSigmoid().mean().neg();
  },
);
