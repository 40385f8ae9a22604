/** The two tasks: what they ask, how they judge, what they show. */

import { corpus, Generator, GPT, rl } from '@lectern/lib';
import { describe, expect, it } from 'vitest';

describe('sums', () => {
  it('are judged by their result and by the way to it', () => {
    expect(rl.checkSum('3+4=', '7.')).toEqual({ outcome: 1, process: 1 });
    expect(rl.checkSum('3+4=', '7')).toEqual({ outcome: 0, process: 1 }); // does not end
    expect(rl.checkSum('3+4=', '17.')).toEqual({ outcome: 0, process: 0 });
    expect(rl.checkSum('3+4+8=', '15.')).toEqual({ outcome: 1, process: 0 });
    expect(rl.checkSum('3+4+8=', '7,15.')).toEqual({ outcome: 1, process: 1 });
    expect(rl.checkSum('3+4+8=', '8,15.')).toEqual({ outcome: 1, process: 0.5 });
    expect(rl.checkSum('3+4+8=', '7,14.')).toEqual({ outcome: 0, process: 0.5 });
    expect(rl.checkSum('3+4+8=', '7,15,15,15.').process).toBe(0.5);
    expect(rl.checkSum('3+4=', '').outcome).toBe(0);
  });

  it('fit into their length and come with solutions', async () => {
    for (const steps of [false, true]) {
      const task = new rl.SumsTask({ terms: 4, steps });
      const { length } = task.environment;
      const examples = task.examples(300, { seed: 1 });
      expect(await task.environment.judge(examples)).toEqual(Array(300).fill(1));
      const sizes = examples.map(({ prompt, answer }) => prompt.length + answer.length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(length);
      const wrong = task.examples(300, { mistakes: 1, seed: 1 });
      expect(await task.environment.judge(wrong)).toEqual(Array(300).fill(0));
    }
    expect(() => new rl.SumsTask({ terms: 1 })).toThrow('terms - 1 must be a whole number');
  });

  it('reward the way where that is asked for', async () => {
    const task = new rl.SumsTask({ terms: 3, steps: true, reward: 'process' });
    const answer = {
      prompt: task.tokenizer.encode('3+4+8='),
      answer: task.tokenizer.encode('7,9.'),
    };
    expect(await task.environment.judge([answer])).toEqual([0.5]);
  });
});

describe('sentiment', () => {
  const task = new rl.SentimentTask(corpus('afinn-111'));
  const { environment, tokenizer } = task;

  it('adds the valences of the words', () => {
    const valences = new Map(corpus('afinn-111'));
    expect(rl.valenceOf('A SUPERB film, and good.', valences)).toBe(8);
    expect(rl.valenceOf('the red book was awful', valences)).toBe(-3);
    expect(task.valence(tokenizer.encode('good and bad.'))).toBe(0);
  });

  it('shows sentences of every mood', async () => {
    const examples = task.examples(500, { seed: 2 });
    const sizes = examples.map(({ prompt, answer }) => prompt.length + answer.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(environment.length);
    const moods = await environment.judge(examples);
    expect(Math.min(...moods)).toBeLessThan(-4);
    expect(Math.max(...moods)).toBeGreaterThan(4);
    expect(tokenizer.decode(environment.prompt(new Generator(1)))).toMatch(/^the \w+ was$/);
    expect(examples.every(({ answer }) => answer.at(-1) === environment.stop)).toBe(true);
  });

  it('needs a lexicon that knows its words', () => {
    expect(() => new rl.SentimentTask([['good', 3]])).toThrow('the lexicon has 1 of 20 words');
  });
});

it('a judge who gives no reward for an answer is named', async () => {
  const policy = new GPT(
    { vocabularySize: 4, contextLength: 2, layers: 1, heads: 1, width: 8 },
    { seed: 1 },
  );
  const environment = { length: 2, stop: 0, prompt: () => [3], judge: () => [1, Number.NaN] };
  for (const answers of [2, 3]) {
    const rewards = rl.meanReward(policy, environment, { answers, seed: 1 });
    await expect(rewards).rejects.toThrow(`a finite reward for each of ${answers} answers, got 2`);
  }
  const empty = rl.writeAnswers(policy, [[]], environment, { generator: new Generator(1) });
  await expect(empty).rejects.toThrow('needs prompts of at least one token and fewer than 2');
});
