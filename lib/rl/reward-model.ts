/**
 * A reward model: a GPT with a head of one number in place of the vocabulary, which learns from
 * pairs which answer people like better (Christiano et al. 2017, arXiv:1706.03741; for language
 * models Ouyang et al. 2022, arXiv:2203.02155, section 3.5).
 *
 * Deviation: pairs come alone, where InstructGPT takes all pairs of a ranking as one batch.
 */

import { compile } from '../backend/compile.ts';
import { publicOp } from '../forbid.ts';
import { cat } from '../functions/movement.ts';
import type { GPT } from '../models/gpt.ts';
import { Linear } from '../nn/linear.ts';
import { Module } from '../nn/module.ts';
import { noGrad } from '../tensor/apply.ts';
import { zeros } from '../tensor/create.ts';
import { generatorFrom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { trainStep } from '../train/step.ts';
import { checkCounts } from './checks.ts';
import { collatePairs, collateTexts, type PreferencePair } from './collate.ts';
import { bradleyTerryLoss } from './losses.ts';
import { type Answer, isStopped } from './policy.ts';
import { breathe, type LearningOptions, type LearningProgress, meanOf, Steps } from './progress.ts';

/** A GPT that gives a number after each token: what an answer is worth, or is expected to be. */
export class ScalarGPT extends Module {
  readonly body: GPT;
  readonly head: Linear;

  /** Starts as a copy of `model`, saying 0 to everything. */
  constructor(model: GPT) {
    super();
    this.body = model.withParameters(model.parameters().map((parameter) => parameter.copy()));
    this.head = new Linear(model.config.width, 1, { seed: 0 });
    for (const parameter of this.head.parameters()) parameter.assign(zeros(parameter.shape));
  }

  /** `[batch, length]` → `[batch, length]`. */
  override forward(ids: Tensor): Tensor {
    return this.head.forward(this.body.states(ids)).squeeze(-1);
  }

  /** The number after the last token of each answer: `[n, length]` and its mask → `[n]`. */
  score(ids: Tensor, mask: Tensor): Tensor {
    const none = zeros([ids.shape[0]!, 1]);
    const isAnswer = cat([none, mask], 1); // [n, length]
    const goesOn = cat([mask, none], 1);
    return this.forward(ids)
      .mul(isAnswer.mul(goesOn.neg().add(1)))
      .sum(-1);
  }
}

export interface RewardModelOptions extends LearningOptions {
  /** The optimizer is to have its parameters. */
  model: ScalarGPT;
  pairs: readonly PreferencePair[];
  /** How many tokens prompt and answer have together at most. */
  length: number;
  /** How many pairs make a step, drawn anew each time; 32 where left out. */
  batchSize?: number;
}

/**
 * Trains the reward model, and gives its progress after each step. Leaving the loop stops it.
 *
 * @throws DivergedError where the loss is no number any more
 * @example for await (const { loss } of rl.trainRewardModel(options)) console.log(loss);
 */
export async function* trainRewardModel(
  options: RewardModelOptions,
): AsyncGenerator<LearningProgress, void> {
  const { model, pairs, length, optimizer, signal, batchSize = 32 } = options;
  checkCounts('rl.trainRewardModel', { batchSize, pairs: pairs.length });
  const random = generatorFrom('rl.trainRewardModel', options);
  const loss = (ids: Tensor, mask: Tensor) => {
    const [chosen, rejected] = model.score(ids, mask).chunk(2, 0) as [Tensor, Tensor];
    return bradleyTerryLoss(chosen, rejected);
  };
  const update = trainStep(optimizer, loss as (...batch: Tensor[]) => Tensor, { clipNorm: 1 });
  const steps = new Steps('rl.trainRewardModel', options);
  model.train();
  while (steps.left && !isStopped(signal)) {
    const drawn = Array.from({ length: batchSize }, () => pairs[random.below(pairs.length)]!);
    const { ids, mask } = collatePairs(drawn, length);
    const result = await update(ids, mask);
    yield steps.done(result, 2 * batchSize * length);
    await breathe();
  }
  model.eval();
}

/** So many answers are judged at once, so that one graph serves any number of them. */
const chunk = 64;

/** A judge that asks the model, as an environment needs it. */
export const judgeBy = publicOp('rl.judgeBy', (model: ScalarGPT, length: number) => {
  const score = compile((ids: Tensor, mask: Tensor) => noGrad(() => model.score(ids, mask)));
  return async (answers: readonly Answer[]): Promise<number[]> => {
    const scores: number[] = [];
    for (let at = 0; at < answers.length; at += chunk) {
      const some = answers.slice(at, at + chunk);
      const filled = [...some, ...Array<Answer>(chunk - some.length).fill(some[0]!)];
      const { ids, mask } = collateTexts(filled, length);
      const found = await (await score(ids, mask)).data();
      scores.push(...Array.from(found, Number).slice(0, some.length));
    }
    return scores;
  };
});

/** In which share of the pairs the preferred answer gets the higher score. */
export const rankingAccuracy = publicOp(
  'rl.rankingAccuracy',
  async (
    judge: (answers: readonly Answer[]) => Promise<readonly number[]>,
    pairs: readonly PreferencePair[],
  ): Promise<number> => {
    const chosen = await judge(pairs.map(({ prompt, chosen: answer }) => ({ prompt, answer })));
    const rejected = await judge(pairs.map(({ prompt, rejected: answer }) => ({ prompt, answer })));
    return meanOf(chosen.map((score, i) => Number(score > rejected[i]!)));
  },
);
