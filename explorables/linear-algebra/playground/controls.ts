/** Run, and what to run. */

import { html, number } from '../../shared/dom.ts';
import type { Activation } from '../../shared/network.ts';
import type { Store } from '../../shared/widget.ts';
import { ACTIVATIONS, DATA, type DataName, type PlaygroundState, RATES, SHAPES } from './state.ts';

export function playgroundControls(store: Store<PlaygroundState>, toggle: () => void) {
  const { changeAndSave, read } = store;
  const run = html('button', { type: 'button', click: toggle });
  const one = () => changeAndSave({ epoch: read().epoch + 1 });
  const step = html('button', { type: 'button', click: one }, 'One epoch');
  const other = () => changeAndSave({ seed: read().seed + 1, epoch: 0 });
  const choose = (name: string, options: [string, string][], pick: (value: string) => void) => {
    const select = html(
      'select',
      {},
      ...options.map(([value, text]) => html('option', { value }, text)),
    );
    select.addEventListener('change', () => pick(select.value));
    return { select, label: html('label', {}, name, select) };
  };
  const data = choose('Data', Object.entries(DATA), (value) =>
    changeAndSave({ data: value as DataName, epoch: 0 }),
  );
  const shapes = SHAPES.map((shape): [string, string] => [
    JSON.stringify(shape),
    shape.length === 0 ? 'none' : shape.join(' + '),
  ]);
  const hidden = choose('Hidden units', shapes, (value) =>
    changeAndSave({ hidden: JSON.parse(value) as number[], epoch: 0, unit: null }),
  );
  const activation = choose(
    'Activation',
    ACTIVATIONS.map((name) => [name, name]),
    (value) => changeAndSave({ activation: value as Activation, epoch: 0 }),
  );
  const rates = RATES.map((rate): [string, string] => [String(rate), number(rate)]);
  const rate = choose('Learning rate', rates, (value) =>
    changeAndSave({ rate: Number(value), epoch: 0 }),
  );
  return {
    elements: [
      run,
      step,
      html('button', { type: 'button', click: other }, 'Other start'),
      ...[data, hidden, activation, rate].map(({ label }) => label),
    ],
    draw(state: PlaygroundState, running: boolean) {
      run.textContent = running ? 'Pause' : 'Run';
      run.setAttribute('aria-pressed', String(running));
      data.select.value = state.data;
      hidden.select.value = JSON.stringify(state.hidden);
      activation.select.value = state.activation;
      rate.select.value = String(state.rate);
    },
  };
}
