/** The algorithms learn, on tasks that take seconds. */

import { Generator, GPT, optim, rl, tensor } from '@lectern/lib';
import { beforeAll, describe, expect, it } from 'vitest';

const patience = 120_000;

const idsOf = (tokens: number[]) => tensor([tokens], { dtype: 'int64' });

/** Three answers to one question, of which one earns 1, one −1. */
const bandit: rl.Environment = {
  length: 2,
  stop: 0,
  prompt: () => [3],
  judge: (answers) => answers.map(({ answer }) => [0, 1, -1][answer[0]!] ?? 0),
};

const banditPolicy = () =>
  new GPT({ vocabularySize: 4, contextLength: 2, layers: 1, heads: 1, width: 8 }, { seed: 1 });

const adam = (
  lr: number,
  ...models: { parameters(): rl.LearningOptions['optimizer']['parameters'] }[]
) =>
  new optim.Adam(
    models.flatMap((model) => model.parameters()),
    { lr },
  );

/** The last of what a run gives. */
async function lastOf<T>(run: AsyncIterable<T>): Promise<T> {
  let last: T | undefined;
  for await (const progress of run) last = progress;
  return last!;
}

/** The mean reward of the last ten steps. */
async function rewardAtTheEnd(run: AsyncIterable<rl.RewardProgress>): Promise<number> {
  const rewards: number[] = [];
  for await (const { reward } of run) rewards.push(reward);
  return rewards.slice(-10).reduce((sum, reward) => sum + reward, 0) / 10;
}

describe('a bandit with three arms', () => {
  const shared = { environment: bandit, seed: 5 };

  it(
    'PPO finds the arm that pays, the same way each time',
    async () => {
      const run = async () => {
        const policy = banditPolicy();
        const critic = new rl.ScalarGPT(policy);
        const optimizer = adam(0.01, policy, critic);
        return lastOf(
          rl.ppo({ ...shared, policy, critic, optimizer, answers: 32, steps: 25, beta: 0.01 }),
        );
      };
      const first = await run();
      expect(first.reward).toBeGreaterThan(0.6);
      expect(first.kl).toBeGreaterThan(0.3);
      expect(first).toMatchObject({ step: 25, steps: 25, answerLength: 1, secondsLeft: 0 });
      const second = await run();
      expect(second).toMatchObject({ reward: first.reward, kl: first.kl, loss: first.loss });
    },
    patience,
  );

  it(
    'GRPO finds it without a critic',
    async () => {
      const policy = banditPolicy();
      const optimizer = adam(0.01, policy);
      const run = rl.grpo({ ...shared, policy, optimizer, groups: 4, steps: 40, epochs: 2 });
      expect(await rewardAtTheEnd(run)).toBeGreaterThan(0.7);
    },
    patience,
  );

  it(
    'a short leash keeps the policy at home',
    async () => {
      const policy = banditPolicy();
      const optimizer = adam(0.01, policy);
      const options = { ...shared, policy, optimizer, groups: 4, steps: 25, beta: 10 };
      const { reward, kl } = await lastOf(rl.grpo(options));
      expect(kl).toBeLessThan(0.2);
      expect(reward).toBeLessThan(0.5);
    },
    patience,
  );

  it(
    'stops when told to, the model as it is',
    async () => {
      const policy = banditPolicy();
      const controller = new AbortController();
      const options = { ...shared, policy, optimizer: adam(0.01, policy), steps: 50 };
      let count = 0;
      for await (const { step } of rl.grpo({ ...options, signal: controller.signal })) {
        count = step;
        if (step === 3) controller.abort();
      }
      expect(count).toBe(3);
      expect(await lastOf(rl.grpo({ ...options, signal: controller.signal }))).toBeUndefined();
    },
    patience,
  );
});

describe('sums, learned from examples of which half are wrong', () => {
  const task = new rl.SumsTask({ terms: 2, largest: 2 });
  const { environment } = task;
  const { length } = environment;
  const { vocabularySize } = task.tokenizer;
  const config = { vocabularySize, contextLength: length, layers: 2, heads: 2, width: 32 };
  const policy = new GPT({ ...config, initStd: 0.16 }, { seed: 1 });
  let start: ReturnType<GPT['stateDict']>;
  let before: number;
  const measure = () => rl.meanReward(policy, environment, { answers: 256, seed: 9 });

  beforeAll(async () => {
    const examples = task.examples(1000, { mistakes: 0.5, seed: 2 });
    const optimizer = adam(5e-3, policy);
    await lastOf(rl.imitate({ policy, examples, length, optimizer, steps: 80, seed: 3 }));
    start = policy.stateDict();
    before = await measure();
  }, patience);

  const fresh = () => policy.loadStateDict(start);

  it('imitation copies the mistakes', () => {
    expect(before).toBeGreaterThan(0.2);
    expect(before).toBeLessThan(0.6);
  });

  it(
    'PPO unlearns them',
    async () => {
      fresh();
      const critic = new rl.ScalarGPT(policy);
      const optimizer = adam(3e-3, policy, critic);
      await lastOf(rl.ppo({ policy, critic, environment, optimizer, steps: 20, seed: 4 }));
      expect(await measure()).toBeGreaterThan(before + 0.3);
    },
    patience,
  );

  it(
    'GRPO unlearns them',
    async () => {
      fresh();
      const optimizer = adam(3e-3, policy);
      await lastOf(rl.grpo({ policy, environment, optimizer, steps: 20, epochs: 2, seed: 4 }));
      expect(await measure()).toBeGreaterThan(before + 0.3);
    },
    patience,
  );

  it(
    'DPO unlearns them from pairs, and a reward model ranks them',
    async () => {
      fresh();
      const pairs = await rl.preferencePairs({ policy, environment, pairs: 600, seed: 6 });
      const [known, heldOut] = [pairs.slice(0, 400), pairs.slice(400)];
      const model = new rl.ScalarGPT(policy);
      const learning = { pairs: known, length, seed: 7 };
      const rewards = { ...learning, model, optimizer: adam(3e-3, model), steps: 80 };
      await lastOf(rl.trainRewardModel(rewards));
      expect(await rl.rankingAccuracy(rl.judgeBy(model, length), heldOut)).toBeGreaterThan(0.9);
      const options = { ...learning, policy, optimizer: adam(3e-3, policy), steps: 40 };
      const { accuracy, margin } = await lastOf(rl.dpo(options));
      expect(accuracy).toBeGreaterThan(0.8);
      expect(margin).toBeGreaterThan(0);
      expect(await measure()).toBeGreaterThan(before + 0.3);
    },
    patience,
  );
});

describe('writing', () => {
  it(
    'answers prompts of any length at once as it answers them alone',
    async () => {
      const config = { vocabularySize: 7, contextLength: 12, layers: 1, heads: 2, width: 8 };
      const policy = new GPT(config, { seed: 3 });
      const prompts = [[1], [2, 3, 4], [5, 6]];
      const generator = new Generator(1);
      const written = await rl.writeAnswers(policy, prompts, { length: 9, stop: 0 }, { generator });
      for (const { prompt, answer, logProbabilities } of written) {
        expect(prompts).toContainEqual(prompt);
        const ends = answer.indexOf(0); // with the stop token, or where there is no more room
        expect(answer.length).toBe(ends === -1 ? 9 - prompt.length : ends + 1);
        const logs = rl.textLogProbabilities(policy, idsOf([...prompt, ...answer]));
        const own = ((await logs.array()) as number[][])[0]!.slice(prompt.length - 1);
        expect(own.length).toBe(logProbabilities.length);
        for (const [i, log] of own.entries()) expect(logProbabilities[i]).toBeCloseTo(log, 4);
      }
    },
    patience,
  );
});
