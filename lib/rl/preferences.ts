/** Preferences: which of two answers to a prompt is better. */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import { checkCounts } from './checks.ts';
import type { PreferencePair } from './collate.ts';
import { type Environment, type Policy, rewardsFor, writeAnswers } from './policy.ts';
import { meanOf } from './progress.ts';

export interface PreferenceOptions extends RandomOptions {
  policy: Policy;
  environment: Environment;
  /** How many pairs are wanted. */
  pairs: number;
}

/** So many prompts are answered at once, twice each. */
const batch = 64;

/** Whoever finds this many batches without a difference will find none. */
const patience = 20;

/** Pairs of answers that the policy itself wrote, of which the judge likes one better. */
export const preferencePairs = publicOp(
  'rl.preferencePairs',
  async ({
    policy,
    environment,
    pairs: count,
    seed,
  }: PreferenceOptions): Promise<PreferencePair[]> => {
    checkCounts('rl.preferencePairs', { pairs: count });
    const generator = generatorFrom('rl.preferencePairs', { seed });
    const pairs: PreferencePair[] = [];
    let fruitless = 0;
    while (pairs.length < count) {
      const prompts = Array.from({ length: batch }, () => environment.prompt(generator));
      const twice = [...prompts, ...prompts];
      const answers = await writeAnswers(policy, twice, environment, { generator });
      const rewards = await rewardsFor(environment, answers);
      const before = pairs.length;
      for (const [i, prompt] of prompts.entries()) {
        const [a, b] = [rewards[i]!, rewards[i + batch]!];
        if (a === b) continue;
        const [first, second] = [answers[i]!.answer, answers[i + batch]!.answer];
        pairs.push({ prompt, chosen: a > b ? first : second, rejected: a > b ? second : first });
      }
      fruitless = pairs.length > before ? 0 : fruitless + 1;
      if (fruitless === patience) {
        throw new LibraryError(
          'rl.preferencePairs: all answers get the same reward; the policy must vary, and the judge too',
        );
      }
    }
    return pairs.slice(0, count);
  },
);

/** The mean reward of answers to `count` prompts. */
export const meanReward = publicOp(
  'rl.meanReward',
  async (
    policy: Policy,
    environment: Environment,
    { answers: count, seed }: RandomOptions & { answers: number },
  ): Promise<number> => {
    checkCounts('rl.meanReward', { answers: count });
    const generator = generatorFrom('rl.meanReward', { seed });
    const prompts = Array.from({ length: count }, () => environment.prompt(generator));
    const answers = await writeAnswers(policy, prompts, environment, { generator });
    return meanOf(await rewardsFor(environment, answers));
  },
);
