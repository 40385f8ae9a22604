/**
 * DPO: direct preference optimisation (Rafailov et al. 2023, arXiv:2305.18290). No reward model and
 * nothing is written while learning: the pairs are used directly, and the reference's opinion of
 * them keeps the policy near it.
 *
 * Deviation: none; the reference is the policy as it is at the start, as in the paper's section 4.
 */

import { compile } from '../backend/compile.ts';
import { noGrad } from '../tensor/apply.ts';
import { generatorFrom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { trainStep } from '../train/step.ts';
import { checkCounts } from './checks.ts';
import { collatePairs, type PreferencePair } from './collate.ts';
import { dpoLoss } from './losses.ts';
import { frozenCopy, isStopped, type Policy, textLogProbabilities } from './policy.ts';
import { breathe, type LearningOptions, type LearningProgress, Steps } from './progress.ts';

export interface DpoOptions extends LearningOptions {
  /** The optimizer is to have its parameters. */
  policy: Policy;
  pairs: readonly PreferencePair[];
  /** How many tokens prompt and answer have together at most. */
  length: number;
  /** How many pairs make a step, drawn anew each time; 32 where left out. */
  batchSize?: number;
  /** β: how strongly the reference holds the policy; 0.1 where left out. */
  beta?: number;
  /** What the policy must not run away from; a copy of it as it is now where left out. */
  reference?: Policy;
}

/** What there is to know after a step; all of the policy before it. */
export interface DpoProgress extends LearningProgress {
  /** In which share of the pairs the preferred answer has the higher implicit reward. */
  accuracy: number;
  /** By how much it is higher on average. */
  margin: number;
  /** Mean log π of the preferred answers: it can fall, too. */
  chosen: number;
  /** Mean log π of the others. */
  rejected: number;
}

/**
 * Trains the policy, and gives its progress after each step. Leaving the loop stops it.
 *
 * @throws DivergedError where the loss is no number any more
 * @example for await (const { step, accuracy } of rl.dpo(options)) console.log(step, accuracy);
 */
export async function* dpo(options: DpoOptions): AsyncGenerator<DpoProgress, void> {
  const { policy, pairs, length, signal, optimizer, batchSize = 32, beta = 0.1 } = options;
  checkCounts('rl.dpo', { batchSize, pairs: pairs.length });
  const random = generatorFrom('rl.dpo', options);
  const { reference = frozenCopy(policy) } = options;
  const judge = compile((ids: Tensor, mask: Tensor) =>
    noGrad(() => {
      const expected = answerLogProbabilities(reference, ids, mask);
      return { expected, ...comparison(answerLogProbabilities(policy, ids, mask), expected, beta) };
    }),
  );
  const loss = (...[ids, mask, expected]: Tensor[]) => {
    const [chosen, rejected] = halves(answerLogProbabilities(policy, ids!, mask!));
    const [referenceChosen, referenceRejected] = halves(expected!);
    return dpoLoss({ chosen, rejected, referenceChosen, referenceRejected }, { beta });
  };
  const update = trainStep(optimizer, loss, { clipNorm: 1 });
  const steps = new Steps('rl.dpo', options);
  policy.eval(); // the reference has no dropout either
  while (steps.left && !isStopped(signal)) {
    const drawn = Array.from({ length: batchSize }, () => pairs[random.below(pairs.length)]!);
    const { ids, mask } = collatePairs(drawn, length);
    const { expected, accuracy, margin, chosen, rejected } = await judge(ids, mask);
    const result = await update(ids, mask, expected);
    yield {
      ...steps.done(result, 2 * batchSize * length),
      accuracy: await accuracy.item(),
      margin: await margin.item(),
      chosen: await chosen.item(),
      rejected: await rejected.item(),
    };
    await breathe();
  }
}

/** log π of whole answers, the sum over their tokens: `[n, length]` → `[n]`. */
function answerLogProbabilities(policy: Policy, ids: Tensor, mask: Tensor): Tensor {
  return textLogProbabilities(policy, ids).mul(mask).sum(-1);
}

/** Of the policy's and the reference's log-probabilities: which answers it prefers, and how much. */
function comparison(own: Tensor, expected: Tensor, beta: number) {
  const [winner, loser] = halves(own.sub(expected).mul(beta)); // implicit rewards, eq. 5
  const [chosen, rejected] = halves(own);
  return {
    accuracy: winner.gt(loser).cast('float32').mean(),
    margin: winner.sub(loser).mean(),
    chosen: chosen.mean(),
    rejected: rejected.mean(),
  };
}

/** Preferred answers first, the others after them. */
function halves(x: Tensor): [chosen: Tensor, rejected: Tensor] {
  return x.chunk(2, 0) as [Tensor, Tensor];
}
