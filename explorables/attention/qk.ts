/** Drag a query, keys and values in the plane; see what attention makes of them. */

import type { AnyModel, InitializeProps, RenderProps } from '@anywidget/types';
import { html, number } from '../shared/dom.ts';
import { frame } from '../shared/frame.ts';
import type { Point } from '../shared/point.ts';
import { attend, defaults, judge, type QkState } from './qk/state.ts';
import { asTable, inWords, qkView } from './qk/view.ts';

export const meta = {
  title: 'One query, several keys',
  question: 'What decides how much of each value the query takes: direction, length, or both?',
};

/** `start` is where *Reset* leads: the author's state, before the reader changed it. */
type Model = QkState & { start: QkState };

const NAMES = Object.keys(defaults) as (keyof QkState)[];

function read(model: AnyModel<Model>): QkState {
  const state = { ...defaults };
  for (const name of NAMES) {
    const value = model.get(name);
    if (value !== undefined) Object.assign(state, { [name]: value });
  }
  return state;
}

function initialize({ model }: Pick<InitializeProps<Model>, 'model'>): void {
  if (model.get('start') === undefined) model.set('start', read(model));
}

function render({ model, el }: Pick<RenderProps<Model>, 'model' | 'el'>): () => void {
  const change = (part: Partial<QkState>) => {
    for (const name of NAMES) {
      const value = part[name];
      if (value !== undefined) model.set(name, value);
    }
  };
  const save = () => model.save_changes();
  const changeAndSave = (part: Partial<QkState>) => {
    change(part);
    save();
  };
  const movePart = (part: 'key' | 'value', index: number, to: Point) => {
    const keys = read(model).keys.map((each, i) => (i === index ? { ...each, [part]: to } : each));
    change({ keys });
  };

  const { keys } = read(model);
  const view = qkView(keys, {
    moveQuery: (query) => change({ query }),
    moveKey: (index, to) => movePart('key', index, to),
    moveValue: (index, to) => movePart('value', index, to),
    done: save,
  });
  const shell = frame(el, {
    ...meta,
    prediction: {
      ask: 'Which key will get the most weight? Choose, then the numbers appear.',
      choices: keys.map(({ name }) => name),
      choose: (name) => changeAndSave({ feedback: judge(name, attend(read(model)).rows) }),
    },
    reset: () => {
      model.set('feedback', null);
      changeAndSave({ ...read(model), ...model.get('start') });
    },
    toggleTable: () => changeAndSave({ table: !read(model).table }),
  });
  const controls = qkControls(changeAndSave);
  shell.picture.append(...view.elements);
  shell.controls.append(...controls.elements);

  const draw = () => {
    const state = read(model);
    const { feedback } = state;
    view.draw(state);
    controls.draw(state);
    shell.controls.hidden = feedback === null;
    shell.update({
      feedback,
      words: inWords(state),
      table: state.table && feedback !== null ? asTable(state) : null,
    });
  };
  for (const name of NAMES) model.on(`change:${name}`, draw);
  draw();
  return () => {
    for (const name of NAMES) model.off(`change:${name}`, draw);
  };
}

/** The slider moves in powers of two, so that ×2 and ÷2 are equally far away. */
function qkControls(change: (part: Partial<QkState>) => void) {
  const slider = html('input', { type: 'range', min: -3, max: 3, step: 0.25 });
  const shown = html('span');
  const unit = html('input', { type: 'checkbox' });
  slider.addEventListener('input', () => change({ divisor: 2 ** Number(slider.value) }));
  unit.addEventListener('change', () => change({ unitKeys: unit.checked }));
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

export default { initialize, render };
