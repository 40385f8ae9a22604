/** The way back through a small network, scrubbed step by step. */

import { html, number } from '../shared/dom.ts';
import { frame, table } from '../shared/frame.ts';
import { type Store, widget } from '../shared/widget.ts';
import {
  asRows,
  type BackwardState,
  CHOICES,
  defaults,
  judge,
  LAST,
  pass,
  tell,
} from './backward/state.ts';
import { networkView } from './backward/view.ts';

export const meta = {
  title: 'The way back',
  question: 'Who is to blame for a wrong answer, and by how much?',
};

function build(el: HTMLElement, store: Store<BackwardState>): (state: BackwardState) => void {
  const shell = frame(el, store, {
    ...meta,
    ask:
      'The answer should be 1, so the output must rise. Which of these four weights has the largest ' +
      'slope: where does a small change matter most?',
    choices: CHOICES,
    choose: (choice) => store.changeAndSave({ feedback: judge(choice), at: 0 }),
  });
  const view = networkView();
  const controls = backwardControls(store);
  shell.picture.classList.add('single');
  shell.picture.append(view.element);
  shell.controls.append(...controls.elements);
  return (state) => {
    view.draw(state);
    controls.draw(state);
    shell.update(state, tell(state), () => asTable(state));
  };
}

function backwardControls({ change, save, read, changeAndSave }: Store<BackwardState>) {
  const slider = (min: number, max: number, step: number, set: (value: number) => void) => {
    const input = html('input', { type: 'range', min, max, step });
    input.addEventListener('input', () => set(Number(input.value)));
    input.addEventListener('change', save);
    return input;
  };
  const at = slider(0, LAST, 1, (value) => change({ at: value }));
  at.classList.add('long');
  const atShown = html('span', { class: 'shown' });
  const x1 = slider(-2, 2, 0.1, (value) => change({ x: [value, read().x[1]] }));
  const x2 = slider(-2, 2, 0.1, (value) => change({ x: [read().x[0], value] }));
  const shown = [html('span', { class: 'shown' }), html('span', { class: 'shown' })];
  const flip = html('input', { type: 'checkbox' });
  flip.addEventListener('change', () => changeAndSave({ target: flip.checked ? 1 : -1 }));
  const step = html(
    'button',
    { type: 'button', click: () => changeAndSave({ weights: pass(read()).moved, at: 0 }) },
    'Take the step',
  );
  return {
    elements: [
      html('label', {}, 'Back and forth', at, atShown),
      html('label', {}, 'x₁', x1, shown[0]!),
      html('label', {}, 'x₂', x2, shown[1]!),
      html('label', {}, flip, 'Target 1 (else −1)'),
      step,
    ],
    draw(state: BackwardState) {
      at.value = String(state.at);
      atShown.textContent = `${state.at} of ${LAST}`;
      at.setAttribute('aria-valuetext', tell(state));
      [x1, x2].forEach((input, i) => {
        input.value = String(state.x[i]);
        shown[i]!.textContent = number(state.x[i]!, 1);
      });
      flip.checked = state.target === 1;
    },
  };
}

function asTable(state: BackwardState): HTMLTableElement {
  const caption = 'Value of every number in the network, and the slope of the loss with it.';
  return table(['number', 'value', 'slope'], asRows(state), caption);
}

export default widget(defaults, build);
