/**
 * Training as a loop that can be read: batch, step, evaluation, checkpoint (after the trainer of
 * Karpathy's minGPT).
 */

import { announce, demandLeave } from '../forbid.ts';
import { isInterrupted } from '../interrupts.ts';
import type { Module } from '../nn/module.ts';
import { constant, type Optimizer, type Schedule } from '../optim/index.ts';
import type { Signal } from '../signal.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Generator } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BatchSource } from './batches.ts';
import { type Checkpoint, generatorsOf, restoreCheckpoint, takeCheckpoint } from './checkpoint.ts';
import { Pace } from './pace.ts';
import { DivergedError, type StepOptions, type StepResult, trainStep } from './step.ts';

export interface TrainerOptions<Batch extends Tensor[]> extends StepOptions {
  model: Module;
  /** Of the model's parameters. */
  optimizer: Optimizer;
  /** From a batch to one number. */
  loss: (...batch: Batch) => Tensor;
  batches: BatchSource<Batch>;
  /** How many steps the run has in all. */
  steps: number;
  /** The factor of the learning rate; 1 where left out. */
  schedule?: Schedule;
  /** What the model is judged by, the lower the better: see `meanLoss`. */
  evaluate?: () => Promise<number>;
  /** After every how many steps it is evaluated, and after the last; 100 where left out. */
  evaluateEvery?: number;
  /** After every how many steps a checkpoint is taken, and after the last; never where left out. */
  checkpointEvery?: number;
  /** Called with each checkpoint, for instance to save it. */
  onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  /** Generators beside those in the model's layers whose state belongs to the run. */
  generators?: readonly Generator[];
  /** How many tokens are in a batch; where left out, the elements of its first tensor. */
  tokens?: (...batch: Batch) => number;
  /** The time in milliseconds; of the machine's clock where left out. */
  now?: () => number;
}

/** What there is to know after a step. */
export interface Progress extends StepResult {
  /** How many steps have been done, of how many. */
  step: number;
  steps: number;
  learningRate: number;
  /** What `evaluate` gave after this step; null where it was not its turn. */
  validationLoss: number | null;
  tokensPerSecond: number;
  secondsLeft: number;
}

export interface RunOptions {
  /** Stops the run after the step that it is at. */
  signal?: Signal;
  /** Called after each step, before the next. */
  onStep?: (progress: Progress) => void | Promise<void>;
}

/** A run without a pause leaves a notebook deaf: nothing else gets its turn. In milliseconds. */
const breath = 50;

/** Trains a model, stops when told to, and goes on. */
export class Trainer<Batch extends Tensor[] = Tensor[]> {
  /** How many steps have been done. */
  step = 0;
  /** The evaluation that came out lowest. */
  best: Checkpoint['best'] = null;
  /** The checkpoint that was taken last. */
  lastCheckpoint: Checkpoint | null = null;
  readonly #options: TrainerOptions<Batch>;
  readonly #generators: readonly Generator[];
  readonly #update: (...batch: Batch) => Promise<StepResult>;

  constructor(options: TrainerOptions<Batch>) {
    demandLeave('Trainer');
    checkOptions(options);
    this.#options = options;
    this.#generators = [
      ...new Set([...generatorsOf(options.model), ...(options.generators ?? [])]),
    ];
    this.#update = trainStep(options.optimizer, options.loss as () => Tensor, options);
  }

  /**
   * Trains, and gives its progress after each step. Leaving the loop stops it; another call goes
   * on.
   *
   * @throws DivergedError where the loss is no number any more; the model is as before that step.
   *   Also where weights are none when a checkpoint is due; the one before it is kept
   * @example for await (const { step, loss } of trainer.train()) console.log(step, loss);
   */
  async *train({ signal }: { signal?: Signal } = {}): AsyncGenerator<Progress, void> {
    const { model, optimizer, batches, steps, schedule = constant } = this.#options;
    const pace = new Pace(this.#now);
    let rested = this.#now();
    model.train();
    while (this.step < steps && !signal?.aborted && !isInterrupted()) {
      optimizer.scaleLr(schedule(this.step));
      const batch = batches.next();
      const result = await this.#updateOrSayWhere(batch);
      this.step++;
      const validationLoss = await this.#evaluateIfDue();
      await this.#saveIfDue(result);
      const secondsPerStep = pace.tick();
      const tokens = this.#options.tokens?.(...batch) ?? batch[0]?.numel ?? 0;
      yield {
        ...result,
        step: this.step,
        steps,
        learningRate: optimizer.lr,
        validationLoss,
        tokensPerSecond: tokens / secondsPerStep,
        secondsLeft: (steps - this.step) * secondsPerStep,
      };
      if (this.#now() - rested > breath) {
        await new Promise((resolve) => setTimeout(resolve));
        rested = this.#now();
      }
    }
  }

  /** Trains to the end, or until `signal` says stop, and gives the last progress. */
  async run({ signal, onStep }: RunOptions = {}): Promise<Progress | null> {
    let last: Progress | null = null;
    for await (const progress of this.train({ signal })) {
      last = progress;
      await onStep?.(progress);
    }
    return last;
  }

  /** Where everything stands between two steps: what it takes to go on exactly. */
  checkpoint(): Checkpoint {
    return takeCheckpoint(this.#training, this.step, this.best);
  }

  /**
   * Goes on from a checkpoint of a run like this.
   *
   * @throws LibraryError where it is of another model or optimizer
   */
  async restore(checkpoint: Checkpoint): Promise<void> {
    await restoreCheckpoint(this.#training, checkpoint);
    this.step = checkpoint.step;
    this.best = checkpoint.best && { ...checkpoint.best };
  }

  async #updateOrSayWhere(batch: Batch): Promise<StepResult> {
    try {
      return await this.#update(...batch);
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error;
      throw new DivergedError(`Trainer, step ${this.step + 1}`, error);
    }
  }

  async #evaluateIfDue(): Promise<number | null> {
    const { evaluate, evaluateEvery = 100 } = this.#options;
    if (evaluate === undefined || !this.#isDue(evaluateEvery)) return null;
    const loss = await evaluate();
    if (this.best === null || loss < this.best.loss) this.best = { step: this.step, loss };
    return loss;
  }

  async #saveIfDue(result: StepResult): Promise<void> {
    const { checkpointEvery, onCheckpoint } = this.#options;
    if (checkpointEvery === undefined || !this.#isDue(checkpointEvery)) return;
    const checkpoint = this.checkpoint();
    await this.#checkWeights(checkpoint, result);
    this.lastCheckpoint = checkpoint;
    await onCheckpoint?.(checkpoint);
  }

  /** A step can go so far that weights are no numbers: such a checkpoint must not replace a good one. */
  async #checkWeights({ step, model }: Checkpoint, result: StepResult): Promise<void> {
    for (const [name, x] of Object.entries(model)) {
      const values = (await x.data()) as Float32Array;
      if (x.dtype !== 'float32' || values.every(Number.isFinite)) continue;
      const kept = this.lastCheckpoint;
      const what =
        `${name} has numbers that are not finite; ` +
        (kept === null ? 'there is no checkpoint' : `the checkpoint of step ${kept.step} is kept`);
      throw new DivergedError(`Trainer, step ${step}`, result, what);
    }
  }

  #isDue(every: number): boolean {
    return this.step % every === 0 || this.step === this.#options.steps;
  }

  get #training() {
    return { ...this.#options, generators: this.#generators };
  }

  get #now(): () => number {
    return this.#options.now ?? (() => performance.now());
  }
}

announce('Trainer');

type Counts = Pick<TrainerOptions<Tensor[]>, 'steps' | 'evaluateEvery' | 'checkpointEvery'>;

function checkOptions({ steps, evaluateEvery, checkpointEvery }: Counts): void {
  for (const [name, value] of Object.entries({ steps, evaluateEvery, checkpointEvery })) {
    if (value === undefined || (Number.isInteger(value) && value > 0)) continue;
    throw new LibraryError(`Trainer: ${name} must be a whole number above 0, got ${value}`);
  }
}
