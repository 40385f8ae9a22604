/** What a notebook shows of a training run. */

import { type TrainingStep, trainingProgress } from '@lectern/lib';
import { afterEach, describe, expect, it, vi } from 'vitest';

const publish = Symbol.for('Jupyter.display.publish');
const vega = 'application/vnd.vegalite.v6+json';

interface Shown {
  bundle: Record<string, unknown>;
  options: { id: string; update: boolean };
}

const stepOf = (step: number, steps: number): TrainingStep => ({
  step,
  steps,
  loss: 2 + 1 / step,
  learningRate: 0.001,
  validationLoss: step % 50 === 0 ? 3 : null,
  tokensPerSecond: 12345.6,
  secondsLeft: (steps - step) / 2,
});

describe('trainingProgress', () => {
  afterEach(() => {
    delete (globalThis as Record<symbol, unknown>)[publish];
    vi.restoreAllMocks();
  });

  it('renews one bar and one chart', () => {
    const shown: Shown[] = [];
    const record = (bundle: Shown['bundle'], _: object, options: Shown['options']) =>
      shown.push({ bundle, options });
    (globalThis as Record<symbol, unknown>)[publish] = record;
    let time = 0;
    const show = trainingProgress({ every: 100, now: () => time });
    for (let step = 1; step <= 1000; step++) {
      time += 10;
      show(stepOf(step, 1000));
    }
    const charts = shown.filter(({ bundle }) => vega in bundle);
    const bars = shown.filter(({ bundle }) => 'text/html' in bundle);
    expect([bars.length, charts.length]).toEqual([101, 26]);
    for (const place of [charts, bars]) {
      expect(new Set(place.map(({ options }) => options.id)).size).toBe(1);
      expect(place.map(({ options }) => options.update)).toEqual(place.map((_, i) => i > 0));
    }
    expect(bars[1]!.bundle['text/html']).toBe(
      '<div><progress max="1000" value="11"></progress> step 11 of 1000 · loss 2.091 · ' +
        'learning rate 0.001 · 12,346 tokens/s · 8:15 left</div>',
    );
    const { values } = (charts.at(-1)!.bundle[vega] as { data: { values: object[] } }).data;
    const training = values.filter((row) => 'series' in row && row.series === 'training');
    expect(training.length).toBe(125); // 1000 steps, 8 to a point
    expect(values.length - training.length).toBe(20);
  });

  it('writes some lines where nothing can be replaced', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const show = trainingProgress();
    for (let step = 1; step <= 1000; step++) show(stepOf(step, 1000));
    expect(log.mock.calls.length).toBe(11);
    expect(log.mock.calls.at(-1)![0]).toContain('step 1000 of 1000 · loss 2.001 · validation loss');
  });
});
