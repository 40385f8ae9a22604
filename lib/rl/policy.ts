/**
 * A language model as a policy: the state is the text so far, an action the next token. It writes
 * answers to prompts, many at once, each token read once thanks to the key-value cache.
 */

import { publicOp } from '../forbid.ts';
import { isInterrupted } from '../interrupts.ts';
import type { Decodable } from '../models/decoding.ts';
import { drawToken, probabilitiesOf } from '../models/sampling.ts';
import type { Module } from '../nn/module.ts';
import type { Signal } from '../signal.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Generator } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { tokenLogProbabilities } from './probabilities.ts';

/** A model that writes, and that says how likely what was written is. */
export interface Policy extends Module, Decodable {
  /** Logits of the next token: ids `[batch, length]` → `[batch, length, vocabularySize]`. */
  forward(ids: Tensor): Tensor;
}

/** A prompt and an answer to it, as tokens. */
export interface Answer {
  readonly prompt: readonly number[];
  /** The token that ends it is part of it: to end is an action too. */
  readonly answer: readonly number[];
}

/** An answer that a policy has written. */
export interface WrittenAnswer extends Answer {
  /** log π of each token of the answer at the time. */
  readonly logProbabilities: readonly number[];
}

/** What a policy acts in: it gives prompts and judges answers. Any judge will do. */
export interface Environment {
  /** How many tokens prompt and answer have together at most. */
  readonly length: number;
  /** The token that ends an answer. */
  readonly stop: number;
  /** A prompt, of at least one token. */
  prompt(generator: Generator): readonly number[];
  /** A reward for each answer. */
  judge(answers: readonly Answer[]): readonly number[] | Promise<readonly number[]>;
}

export interface WriteOptions {
  generator: Generator;
  /** Stops between two tokens; what has been written so far is given. */
  signal?: Signal;
}

/**
 * Answers to all prompts at once, drawn from the policy as it is (temperature 1, so that the
 * log-probabilities are those that training sees). Prompts may differ in length: the longer ones
 * are still being read while the shorter ones are being answered.
 */
export const writeAnswers = publicOp(
  'rl.writeAnswers',
  async (
    policy: Decodable,
    prompts: readonly (readonly number[])[],
    { length, stop }: Pick<Environment, 'length' | 'stop'>,
    { generator, signal }: WriteOptions,
  ): Promise<WrittenAnswer[]> => {
    let place = Math.min(...prompts.map((prompt) => prompt.length));
    if (!(place > 0 && prompts.every((prompt) => prompt.length < length))) {
      throw new LibraryError(
        `rl.writeAnswers: needs prompts of at least one token and fewer than ${length}`,
      );
    }
    const texts = prompts.map((prompt) => ({ prompt, tokens: [...prompt], logs: [] as number[] }));
    const decoding = policy.decode(prompts.length);
    let fresh = texts.map(({ tokens }) => tokens.slice(0, place));
    for (; place < length && !isStopped(signal); place++) {
      const logits = await decoding.read(fresh);
      for (const [i, { prompt, tokens, logs }] of texts.entries()) {
        const hasEnded = logs.length > 0 && tokens.at(-1) === stop;
        if (prompt.length > place || hasEnded) continue;
        const probabilities = probabilitiesOf(logits[i]!);
        const token = drawToken(probabilities, generator.uniform());
        tokens.push(token);
        logs.push(Math.log(probabilities[token]!));
      }
      fresh = texts.map(({ tokens }) => [tokens[place] ?? stop]); // something has to be read
      if (texts.every(({ tokens }) => tokens.length <= place)) break; // all have ended
    }
    return texts.map(({ prompt, tokens, logs }) => {
      return { prompt, answer: tokens.slice(prompt.length), logProbabilities: logs };
    });
  },
);

/** @internal The judge's rewards, one for each answer. */
export async function rewardsFor(
  environment: Environment,
  answers: readonly Answer[],
): Promise<readonly number[]> {
  const rewards = await environment.judge(answers);
  if (rewards.length === answers.length && rewards.every(Number.isFinite)) return rewards;
  throw new LibraryError(
    `rl: the judge has to give a finite reward for each of ${answers.length} answers, ` +
      `got ${rewards.length}: ${rewards.slice(0, 5)} …`,
  );
}

/** log π of every token but the first, given those before it: ids `[n, length]` → `[n, length − 1]`. */
export const textLogProbabilities = publicOp(
  'rl.textLogProbabilities',
  (policy: Pick<Policy, 'forward'>, ids: Tensor): Tensor => {
    const rest = ids.shape[1]! - 1;
    return tokenLogProbabilities(policy.forward(ids.narrow(1, 0, rest)), ids.narrow(1, 1, rest));
  },
);

/** A copy that is not trained: the reference that a policy must not run away from. */
export const frozenCopy = publicOp('rl.frozenCopy', <M extends Module>(model: M): M => {
  const copies = model.parameters().map((parameter) => parameter.copy());
  return model.withParameters(copies).freeze().eval();
});

/** Whether long work is to end: by its signal, or with the notebook's cell that does it. */
export const isStopped = (signal: Signal | undefined): boolean =>
  signal?.aborted === true || isInterrupted();
