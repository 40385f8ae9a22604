// Learning from rewards: PPO, GRPO and DPO on sums and on sentences in a good mood, all from one start.
import { corpus, GPT, optim, rl } from '@lectern/lib';

type Task = rl.SumsTask | rl.SentimentTask;

const adam = (lr: number, ...models: (GPT | rl.ScalarGPT)[]) =>
  new optim.Adam(
    models.flatMap((model) => model.parameters()),
    { lr },
  );

/** Runs to the end and gives the last progress. */
async function finish<T>(run: AsyncIterable<T>): Promise<T | undefined> {
  let last: T | undefined;
  for await (const progress of run) last = progress;
  return last;
}

/** A policy that has learned from examples, with the mistakes that are in them. */
async function beginner(task: Task, examples: rl.Answer[]): Promise<GPT> {
  const { length } = task.environment;
  const { vocabularySize } = task.tokenizer;
  const sizes = { vocabularySize, contextLength: length, layers: 2, heads: 4, width: 64 };
  const policy = new GPT({ ...sizes, initStd: 0.12 }, { seed: 1 });
  const optimizer = adam(3e-3, policy);
  await finish(
    rl.imitate({ policy, examples, length, optimizer, steps: 400, batchSize: 64, seed: 2 }),
  );
  return policy;
}

/** The ways to learn from rewards, each from the policy as it is. */
function methods({ environment }: Task, policy: GPT): Record<string, () => Promise<unknown>> {
  const { length } = environment;
  const shared = { policy, environment, seed: 4, steps: 60 };
  return {
    ppo: async () => {
      const critic = new rl.ScalarGPT(policy);
      const optimizer = adam(2e-3, policy, critic);
      await finish(rl.ppo({ ...shared, critic, optimizer, answers: 128 }));
    },
    grpo: async () => {
      await finish(rl.grpo({ ...shared, optimizer: adam(2e-3, policy), groups: 16, epochs: 2 }));
    },
    dpo: async () => {
      const pairs = await rl.preferencePairs({ policy, environment, pairs: 2000, seed: 5 });
      const optimizer = adam(1e-3, policy);
      await finish(rl.dpo({ policy, pairs, length, optimizer, steps: 150, seed: 6 }));
    },
  };
}

/** Prints a line for each method: the mean reward before and after, and the time it took. */
async function compare(name: string, task: Task, examples: rl.Answer[]): Promise<void> {
  const policy = await beginner(task, examples);
  const start = policy.stateDict();
  const reward = () => rl.meanReward(policy, task.environment, { answers: 512, seed: 9 });
  const before = await reward();
  for (const [method, learn] of Object.entries(methods(task, policy))) {
    policy.loadStateDict(start);
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    await learn();
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const after = await reward();
    const line = { before, after, seconds, cpuSeconds: (user + system) / 1e6 };
    const rounded = Object.entries(line).map(([key, x]) => [key, Number(x.toPrecision(3))]);
    const figures = { bench: 'rl', case: `${name}, ${method}`, ...Object.fromEntries(rounded) };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }
}

export async function run(): Promise<void> {
  const sums = new rl.SumsTask({ terms: 2 });
  await compare('sums', sums, sums.examples(4000, { mistakes: 0.5, seed: 3 }));
  const moods = new rl.SentimentTask(corpus('afinn-111'));
  await compare('sentiment', moods, moods.examples(2000, { seed: 3 }));
}
