/** What is known after a step, whatever the algorithm. */

import type { Optimizer } from '../optim/optimizer.ts';
import type { Signal } from '../signal.ts';
import type { RandomOptions } from '../tensor/random.ts';
import { Pace } from '../train/pace.ts';
import type { StepResult } from '../train/step.ts';
import { checkCounts } from './checks.ts';
import type { WrittenAnswer } from './policy.ts';

/** What every run needs. */
export interface LearningOptions extends RandomOptions {
  /** Of the parameters that are to be learned. */
  optimizer: Optimizer;
  steps: number;
  /** Ends the run; the model stays as it is then. */
  signal?: Signal;
}

/** What there is to know after a step; `trainingProgress` draws it. */
export interface LearningProgress extends StepResult {
  /** How many steps have been done, of how many. */
  step: number;
  steps: number;
  learningRate: number;
  validationLoss: null;
  tokensPerSecond: number;
  secondsLeft: number;
}

/** The same where answers are written and judged. */
export interface RewardProgress extends LearningProgress {
  /** The mean of the rewards. */
  reward: number;
  /** How far the policy has moved from the reference: the mean over answers of log(π / π_ref). */
  kl: number;
  /** How many tokens an answer has on average. */
  answerLength: number;
}

/** Counts the steps of a run and their time. */
export class Steps {
  readonly #optimizer: Optimizer;
  readonly #steps: number;
  readonly #pace = new Pace(() => performance.now());
  #done = 0;

  constructor(name: string, { steps, optimizer }: LearningOptions) {
    checkCounts(name, { steps });
    this.#optimizer = optimizer;
    this.#steps = steps;
  }

  /** Whether there is another. */
  get left(): boolean {
    return this.#done < this.#steps;
  }

  /** What there is to say after one more step, which learned from so many tokens. */
  done(result: StepResult, tokens: number): LearningProgress {
    const secondsPerStep = this.#pace.tick();
    this.#done++;
    return {
      ...result,
      step: this.#done,
      steps: this.#steps,
      learningRate: this.#optimizer.lr,
      validationLoss: null,
      tokensPerSecond: tokens / secondsPerStep,
      secondsLeft: (this.#steps - this.#done) * secondsPerStep,
    };
  }
}

/** Lets others have their turn: a run without a pause leaves a notebook deaf. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** How many tokens were written. */
export const countTokens = (answers: readonly WrittenAnswer[]): number =>
  answers.reduce((sum, { answer }) => sum + answer.length, 0);
