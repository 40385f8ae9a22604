/** A training run as it goes: a bar with figures, and the loss as a line that grows. */

import { lineChart } from './charts.ts';
import { canReplace, display } from './display.ts';
import { escapeHtml, Figure } from './mime.ts';

/** What is shown after a step; a Trainer's `Progress` has it. */
export interface TrainingStep {
  /** How many steps have been done, of how many. */
  step: number;
  steps: number;
  loss: number;
  learningRate: number;
  /** null where the model was not evaluated. */
  validationLoss: number | null;
  tokensPerSecond: number;
  secondsLeft: number;
}

export interface TrainingProgressOptions {
  /** How often what is shown is renewed at most, in milliseconds. */
  every?: number;
  /** The time in milliseconds; of the machine's clock where left out. */
  now?: () => number;
}

/** A page draws a chart in some 50 ms; it is renewed once for so many renewals of the bar. */
const barsPerChart = 4;

/** Where nothing can be replaced, a line of text appears this many times in a run. */
const textLines = 10;

/** The curve is drawn through at most twice as many points, each the mean of several steps. */
const points = 100;

/**
 * A function that shows how a run goes, called after each step: in one place of the notebook that
 * is renewed, and as some lines of text where there is no such place.
 *
 * @example await trainer.run({ onStep: trainingProgress() });
 */
export function trainingProgress({
  every = 250,
  now = () => performance.now(),
}: TrainingProgressOptions = {}): (progress: TrainingStep) => void {
  const curve = new Curve();
  const bar = new Place();
  const chart = new Place();
  let renewals = 0;
  let shownAt = -Infinity;
  return (progress) => {
    curve.add(progress);
    const { step, steps } = progress;
    const isLast = step === steps;
    if (!canReplace()) {
      const tenth = Math.max(1, Math.floor(steps / textLines));
      if (step === 1 || step % tenth === 0 || isLast) display(textOf(progress));
      return;
    }
    if (now() - shownAt < every && !isLast) return;
    bar.show(barOf(progress));
    if (renewals++ % barsPerChart === 0 || isLast) chart.show(curve.chart());
    shownAt = now();
  };
}

/** A place in the notebook whose content is replaced. */
class Place {
  readonly #id = `training-${crypto.randomUUID()}`;
  #used = false;

  show(figure: Figure): void {
    display(figure, { id: this.#id, update: this.#used });
    this.#used = true;
  }
}

/** The losses of a run, in never more than a few hundred points. */
class Curve {
  #training: { step: number; loss: number }[] = [];
  readonly #validation: { step: number; loss: number }[] = [];
  /** How many steps a point stands for. */
  #width = 1;
  #sum = 0;
  #count = 0;

  add({ step, loss, validationLoss }: TrainingStep): void {
    if (validationLoss !== null) this.#validation.push({ step, loss: validationLoss });
    this.#sum += loss;
    this.#count++;
    if (this.#count < this.#width) return;
    this.#training.push({ step, loss: this.#sum / this.#count });
    this.#sum = 0;
    this.#count = 0;
    if (this.#training.length < 2 * points) return;
    this.#width *= 2;
    this.#training = pairs(this.#training);
  }

  chart(): Figure {
    const named = (series: string) => (point: object) => ({ ...point, series });
    const rows = [
      ...this.#training.map(named('training')),
      ...this.#validation.map(named('validation')),
    ];
    return lineChart(rows, { x: 'step', y: 'loss', color: 'series', title: 'Loss' });
  }
}

function pairs(all: readonly { step: number; loss: number }[]) {
  return Array.from({ length: all.length / 2 }, (_, i) => {
    const [a, b] = [all[2 * i]!, all[2 * i + 1]!];
    return { step: b.step, loss: (a.loss + b.loss) / 2 };
  });
}

function barOf(progress: TrainingStep): Figure {
  const { step, steps } = progress;
  const text = textOf(progress);
  const html = `<div><progress max="${steps}" value="${step}"></progress> ${escapeHtml(text)}</div>`;
  return new Figure({ 'text/plain': text, 'text/html': html });
}

/** One line, such as `step 20 of 100 · loss 2.31 · rate 0.001 · 52 000 tokens/s · 0:07 left`. */
function textOf(progress: TrainingStep): string {
  const { step, steps, loss, learningRate, validationLoss, tokensPerSecond } = progress;
  const parts = [
    `step ${step} of ${steps}`,
    `loss ${loss.toPrecision(4)}`,
    ...(validationLoss === null ? [] : [`validation loss ${validationLoss.toPrecision(4)}`]),
    `learning rate ${Number(learningRate.toPrecision(3))}`,
    `${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s`,
    ...(step === steps ? [] : [`${minutes(progress.secondsLeft)} left`]),
  ];
  return parts.join(' · ');
}

function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
