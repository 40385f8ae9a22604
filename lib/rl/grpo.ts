/**
 * GRPO: group relative policy optimisation (Shao et al. 2024, "DeepSeekMath", arXiv:2402.03300,
 * Algorithm 1). Some texts expand the acronym otherwise.
 *
 * Several answers are written to each prompt, and an answer is as good as it is better than its
 * group: no critic is needed, which saves a second model.
 *
 * Deviations: the reference stays the same, where the paper renews it between rounds; rewards are
 * of whole answers (outcome supervision, section 4.1.2).
 */

import { compile } from '../backend/compile.ts';
import { noGrad } from '../tensor/apply.ts';
import { tensor } from '../tensor/create.ts';
import { generatorFrom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type StepResult, trainStep } from '../train/step.ts';
import { groupAdvantages } from './advantages.ts';
import { checkCounts } from './checks.ts';
import { collateWritten } from './collate.ts';
import { type GrpoLossOptions, grpoLoss } from './losses.ts';
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

export interface GrpoOptions extends LearningOptions, GrpoLossOptions {
  /** The optimizer is to have its parameters. */
  policy: Policy;
  environment: Environment;
  /** How many prompts are answered for each step; 8 where left out. */
  groups?: number;
  /** G: how many answers are written to each prompt; 8 where left out. */
  groupSize?: number;
  /** μ: how often each answer is learned from; 1 where left out. */
  epochs?: number;
  /** What the policy must not run away from; a copy of it as it is now where left out. */
  reference?: Policy;
}

/**
 * Trains the policy, and gives its progress after each step. Leaving the loop stops it.
 *
 * @throws DivergedError where the loss is no number any more
 * @example for await (const { step, reward, kl } of rl.grpo(options)) console.log(step, reward, kl);
 */
export async function* grpo(options: GrpoOptions): AsyncGenerator<RewardProgress, void> {
  const { policy, environment, signal, groups = 8, groupSize = 8, epochs = 1 } = options;
  checkCounts('rl.grpo', { groups, groupSize, epochs });
  const random = generatorFrom('rl.grpo', options);
  const { reference = frozenCopy(policy) } = options;
  const compare = compile((ids: Tensor, mask: Tensor, old: Tensor) => {
    const expected = noGrad(() => textLogProbabilities(reference, ids));
    return { expected, kl: klPenalty(old, expected).mul(mask).sum(-1).mean() };
  });
  const update = improvement(options);
  const steps = new Steps('rl.grpo', options);
  policy.eval(); // what is learned from is what was written: without dropout
  while (steps.left && !isStopped(signal)) {
    const questions = Array.from({ length: groups }, () => environment.prompt(random));
    const prompts = questions.flatMap((question) =>
      Array<typeof question>(groupSize).fill(question),
    );
    const answers = await writeAnswers(policy, prompts, environment, { generator: random, signal });
    if (isStopped(signal)) return;
    const rewards = await rewardsFor(environment, answers);
    const advantages = groupAdvantages(
      tensor([...rewards], { shape: [groups, groupSize] }),
    ).flatten();
    const { ids, mask, old } = collateWritten(answers, environment.length);
    const { expected, kl } = await compare(ids, mask, old);
    let result!: StepResult;
    for (let epoch = 0; epoch < epochs; epoch++) {
      result = await update(ids, mask, old, expected, advantages);
    }
    yield {
      ...steps.done(result, countTokens(answers)),
      reward: meanOf(rewards),
      kl: await kl.item(),
      answerLength: countTokens(answers) / answers.length,
    };
    await breathe();
  }
}

function improvement({ policy, optimizer, epsilon, beta }: GrpoOptions) {
  const loss = (ids: Tensor, mask: Tensor, old: Tensor, reference: Tensor, advantages: Tensor) => {
    const logProbabilities = textLogProbabilities(policy, ids);
    return grpoLoss({ logProbabilities, old, reference, advantages, mask }, { epsilon, beta });
  };
  return trainStep(optimizer, loss as (...batch: Tensor[]) => Tensor, { clipNorm: 1 });
}
