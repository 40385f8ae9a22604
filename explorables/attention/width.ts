/** The same query and keys at growing width: the softmax collapses unless scores are scaled. */

import { bars } from '../shared/bars.ts';
import { html, number } from '../shared/dom.ts';
import { frame, table } from '../shared/frame.ts';
import { type Store, widget } from '../shared/widget.ts';
import { CHOICES, defaults, judge, largest, NAMES, type WidthState, weigh } from './width/state.ts';

export const meta = {
  title: 'Five keys, ever wider',
  question: 'What does the width d of the vectors do to the weights?',
};

function build(el: HTMLElement, store: Store<WidthState>): (state: WidthState) => void {
  const shell = frame(el, store, {
    ...meta,
    ask:
      'Below, one random query weighs five random keys at d = 4. How large will the largest ' +
      'weight be at d = 1024?',
    choices: CHOICES,
    choose: (choice) =>
      store.changeAndSave({ feedback: judge(choice, store.read().seed), doublings: 10 }),
  });
  const weights = bars(['key', 'score', 'weight'], NAMES);
  weights.element.classList.add('wide');
  const controls = widthControls(store);
  shell.picture.append(weights.element);
  shell.controls.append(...controls.elements);
  return (state) => {
    const rows = weigh(state);
    weights.draw(
      rows.map(({ score, weight }) => ({
        figures: [number(score)],
        share: weight,
        text: number(weight),
      })),
    );
    controls.draw(state);
    shell.update(state, inWords(state), () => asTable(state));
  };
}

function widthControls({ change, save, read, changeAndSave }: Store<WidthState>) {
  const slider = html('input', { type: 'range', min: 0, max: 10, step: 1 });
  const shown = html('span');
  const scaled = html('input', { type: 'checkbox' });
  slider.addEventListener('input', () => change({ doublings: Number(slider.value) }));
  slider.addEventListener('change', save);
  scaled.addEventListener('change', () => changeAndSave({ scaled: scaled.checked }));
  const redraw = () => changeAndSave({ seed: read().seed + 1 });
  return {
    elements: [
      html('label', {}, 'Width d', slider, shown),
      html('label', {}, scaled, 'Divide by √d'),
      html('button', { type: 'button', click: redraw }, 'Other random vectors'),
    ],
    draw(state: WidthState) {
      slider.value = String(state.doublings);
      shown.textContent = String(2 ** state.doublings);
      slider.setAttribute('aria-valuetext', shown.textContent);
      scaled.checked = state.scaled;
    },
  };
}

function inWords(state: WidthState): string {
  const rows = weigh(state);
  const top = largest(rows);
  const shares = rows.map(({ name, weight }) => `${name} ${number(weight)}`).join(', ');
  const how = state.scaled ? 'divided by √d' : 'not divided';
  return (
    `d = ${2 ** state.doublings}, scores ${how}. Weights: ${shares}. ` +
    `The slope of the largest, p(1 − p), is ${number(top.slope, 3)}.`
  );
}

function asTable(state: WidthState): HTMLTableElement {
  const body = weigh(state).map(({ name, score, weight, slope }) => [
    name,
    number(score),
    number(weight, 4),
    number(slope, 4),
  ]);
  const caption = `Width ${2 ** state.doublings}, ${state.scaled ? '' : 'not '}divided by √d.`;
  return table(['key', 'score', 'weight p', 'slope p(1 − p)'], body, caption);
}

export default widget(defaults, build);
