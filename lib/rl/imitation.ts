/**
 * Learning by imitation: make the answers that are shown likelier (behaviour cloning; as the first
 * stage Ouyang et al. 2022, arXiv:2203.02155, section 3.5). It copies the mistakes as well; that
 * is where rewards go further.
 */

import { generatorFrom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { trainStep } from '../train/step.ts';
import { checkCounts } from './checks.ts';
import { collateTexts } from './collate.ts';
import { maskedMean } from './losses.ts';
import { type Answer, isStopped, type Policy, textLogProbabilities } from './policy.ts';
import { breathe, type LearningOptions, type LearningProgress, Steps } from './progress.ts';

export interface ImitationOptions extends LearningOptions {
  /** The optimizer is to have its parameters. */
  policy: Policy;
  examples: readonly Answer[];
  /** How many tokens prompt and answer have together at most. */
  length: number;
  /** How many examples make a step, drawn anew each time; 32 where left out. */
  batchSize?: number;
}

/**
 * Trains the policy on the answers, not the prompts, and gives its progress after each step.
 *
 * @throws DivergedError where the loss is no number any more
 */
export async function* imitate(options: ImitationOptions): AsyncGenerator<LearningProgress, void> {
  const { policy, examples, length, optimizer, signal, batchSize = 32 } = options;
  checkCounts('rl.imitate', { batchSize, examples: examples.length });
  const random = generatorFrom('rl.imitate', options);
  const loss = (ids: Tensor, mask: Tensor) =>
    maskedMean(textLogProbabilities(policy, ids), mask).neg();
  const update = trainStep(optimizer, loss as (...batch: Tensor[]) => Tensor, { clipNorm: 1 });
  const steps = new Steps('rl.imitate', options);
  policy.train();
  while (steps.left && !isStopped(signal)) {
    const drawn = Array.from({ length: batchSize }, () => examples[random.below(examples.length)]!);
    const { ids, mask } = collateTexts(drawn, length);
    const result = await update(ids, mask);
    yield steps.done(result, batchSize * length);
    await breathe();
  }
  policy.eval();
}
