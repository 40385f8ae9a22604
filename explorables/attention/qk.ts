/** Drag a query, keys and values in the plane; see what attention makes of them. */

import { html, number } from '../shared/dom.ts';
import { frame } from '../shared/frame.ts';
import type { Point } from '../shared/point.ts';
import { type Store, widget } from '../shared/widget.ts';
import { attend, defaults, judge, type QkState } from './qk/state.ts';
import { asTable, inWords, qkView } from './qk/view.ts';

export const meta = {
  title: 'One query, several keys',
  question: 'What decides how much of each value the query takes: direction, length, or both?',
};

function build(el: HTMLElement, store: Store<QkState>): (state: QkState) => void {
  const movePart = (part: 'key' | 'value', index: number, to: Point) => {
    const { keys } = store.read();
    store.change({ keys: keys.map((each, i) => (i === index ? { ...each, [part]: to } : each)) });
  };
  const { keys } = store.read();
  const view = qkView(keys, {
    moveQuery: (query) => store.change({ query }),
    moveKey: (index, to) => movePart('key', index, to),
    moveValue: (index, to) => movePart('value', index, to),
    done: store.save,
  });
  const shell = frame(el, store, {
    ...meta,
    ask: 'Which key will get the most weight? Choose, then the numbers appear.',
    choices: keys.map(({ name }) => name),
    choose: (name) => store.changeAndSave({ feedback: judge(name, attend(store.read()).rows) }),
  });
  const controls = qkControls(store);
  shell.picture.append(...view.elements);
  shell.controls.append(...controls.elements);
  return (state) => {
    view.draw(state);
    controls.draw(state);
    shell.update(state, inWords(state), () => asTable(state));
  };
}

/** The slider moves in powers of two, so that ×2 and ÷2 are equally far away. */
function qkControls({ change, save, changeAndSave }: Store<QkState>) {
  const slider = html('input', { type: 'range', min: -3, max: 3, step: 0.25 });
  const shown = html('span');
  const unit = html('input', { type: 'checkbox' });
  slider.addEventListener('input', () => change({ divisor: 2 ** Number(slider.value) }));
  slider.addEventListener('change', save);
  unit.addEventListener('change', () => changeAndSave({ unitKeys: unit.checked }));
  return {
    elements: [
      html('label', {}, 'Divide scores by', slider, shown),
      html('label', {}, unit, 'All keys at length 1'),
    ],
    draw({ divisor, unitKeys }: QkState) {
      slider.value = String(Math.log2(divisor));
      const isRoot = Math.abs(divisor - Math.SQRT2) < 0.01;
      shown.textContent = number(divisor) + (isRoot ? ' = √2' : '');
      slider.setAttribute('aria-valuetext', shown.textContent);
      unit.checked = unitKeys;
    },
  };
}

export default widget(defaults, build);
