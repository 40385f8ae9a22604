/**
 * PPO: proximal policy optimisation (Schulman et al. 2017, arXiv:1707.06347, Algorithm 1), for
 * language models (Ziegler et al. 2019, arXiv:1909.08593; Ouyang et al. 2022, arXiv:2203.02155).
 *
 * An actor writes answers, a judge rewards each as a whole, a critic says what was to be expected
 * at each token; the difference is the advantage. The reward of a token is −β log(π / π_ref), the
 * leash to the reference, and at the last token the judge's reward as well.
 *
 * Deviations: actor and critic are two models, as in InstructGPT, where the paper shares a body; no
 * entropy bonus (c₂ = 0); advantages are brought to mean 0 and deviation 1 in each batch, as in
 * PPO's published code; β stays the same, where Ziegler et al. adapt it. γ is 1: an answer is short.
 */

import { compile } from '../backend/compile.ts';
import { noGrad } from '../tensor/apply.ts';
import { type Generator, generatorFrom, permutation } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type StepResult, trainStep } from '../train/step.ts';
import { generalizedAdvantages } from './advantages.ts';
import { checkCounts } from './checks.ts';
import { atTheEnd, collateWritten } from './collate.ts';
import { clippedObjective, maskedMean, valueLoss } from './losses.ts';
import {
  type Environment,
  frozenCopy,
  isStopped,
  type Policy,
  rewardsFor,
  textLogProbabilities,
  writeAnswers,
} from './policy.ts';
import { klPenalty } from './probabilities.ts';
import {
  breathe,
  countTokens,
  type LearningOptions,
  meanOf,
  type RewardProgress,
  Steps,
} from './progress.ts';
import type { ScalarGPT } from './reward-model.ts';

export interface PpoOptions extends LearningOptions {
  /** The actor. The optimizer is to have its parameters and the critic's. */
  policy: Policy;
  critic: ScalarGPT;
  environment: Environment;
  /** How many answers are written for each step; 64 where left out. */
  answers?: number;
  /** K: how often each answer is learned from; 2 where left out. */
  epochs?: number;
  /** M: how many answers make an update; all where left out. */
  batchSize?: number;
  /** ε of the clipping; 0.2 where left out. */
  epsilon?: number;
  /** β: how strongly the reference holds the policy; 0.05 where left out. */
  beta?: number;
  /** λ of the advantages; 0.95 where left out. */
  lambda?: number;
  /** c₁: how much the critic's loss counts; 0.5 where left out. */
  valueWeight?: number;
  /** What the policy must not run away from; a copy of it as it is now where left out. */
  reference?: Policy;
}

/**
 * Trains the policy, and gives its progress after each step. Leaving the loop stops it.
 *
 * @throws DivergedError where the loss is no number any more
 * @example for await (const { step, reward, kl } of rl.ppo(options)) console.log(step, reward, kl);
 */
export async function* ppo(options: PpoOptions): AsyncGenerator<RewardProgress, void> {
  const { policy, critic, environment, signal } = options;
  const { answers: count = 64, epochs = 2, batchSize = count } = options;
  checkCounts('rl.ppo', { answers: count, epochs, batchSize });
  const random = generatorFrom('rl.ppo', options);
  const assess = assessment(options);
  const update = improvement(options);
  const steps = new Steps('rl.ppo', options);
  policy.eval(); // what is learned from is what was written: without dropout
  critic.eval();
  while (steps.left && !isStopped(signal)) {
    const prompts = Array.from({ length: count }, () => environment.prompt(random));
    const answers = await writeAnswers(policy, prompts, environment, { generator: random, signal });
    if (isStopped(signal)) return;
    const rewards = await rewardsFor(environment, answers);
    const { ids, mask, old } = collateWritten(answers, environment.length);
    const given = atTheEnd(answers, rewards, environment.length);
    const { advantages, returns, kl } = await assess(ids, mask, old, given);
    let result!: StepResult;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const rows of batchesOf(count, batchSize, random)) {
        const batch = [ids, mask, old, advantages, returns].map((x) => x.indexSelect(0, rows));
        result = await update(...batch);
      }
    }
    yield {
      ...steps.done(result, countTokens(answers)),
      reward: meanOf(rewards),
      kl: await kl.item(),
      answerLength: countTokens(answers) / count,
    };
    await breathe();
  }
}

/** What each token was worth, compared with what the critic expected. */
function assessment({ policy, critic, beta = 0.05, lambda, ...options }: PpoOptions) {
  const { reference = frozenCopy(policy) } = options;
  return compile((ids: Tensor, mask: Tensor, old: Tensor, given: Tensor) =>
    noGrad(() => {
      const kl = klPenalty(old, textLogProbabilities(reference, ids)).mul(mask);
      const values = expectations(critic, ids).mul(mask);
      const rewards = given.sub(kl.mul(beta));
      const advantages = generalizedAdvantages(rewards, values, { lambda });
      return {
        advantages: whitened(advantages, mask),
        returns: advantages.add(values),
        kl: kl.sum(-1).mean(),
      };
    }),
  );
}

/** One step of actor and critic: the objective of eq. 9 with the sign of a loss. */
function improvement({ policy, critic, optimizer, epsilon, valueWeight = 0.5 }: PpoOptions) {
  const loss = (ids: Tensor, mask: Tensor, old: Tensor, advantages: Tensor, returns: Tensor) => {
    const logs = textLogProbabilities(policy, ids);
    const objective = clippedObjective(logs, old, advantages, { epsilon, mask });
    const error = valueLoss(expectations(critic, ids), returns, { mask });
    return error.mul(valueWeight).sub(objective);
  };
  return trainStep(optimizer, loss as (...batch: Tensor[]) => Tensor, { clipNorm: 1 });
}

/** What the critic expects before each token but the first: ids `[n, length]` → `[n, length − 1]`. */
function expectations(critic: ScalarGPT, ids: Tensor): Tensor {
  return critic.forward(ids.narrow(1, 0, ids.shape[1]! - 1));
}

/** Mean 0 and deviation 1 over what the mask keeps. */
function whitened(x: Tensor, mask: Tensor): Tensor {
  const centred = x.sub(maskedMean(x, mask));
  const variance = maskedMean(centred.square(), mask);
  return centred.div(variance.add(1e-8).sqrt());
}

/** The places 0 … count − 1 in random order, cut into batches. */
function batchesOf(count: number, size: number, random: Generator): Tensor[] {
  return permutation(count, { seed: random }).split(size);
}
