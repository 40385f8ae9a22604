/** A network of two hidden units learns XOR, one step at a time or until it is right. */

import { type Bars, bars } from '../shared/bars.ts';
import { html, number } from '../shared/dom.ts';
import { field } from '../shared/field.ts';
import { frame, table } from '../shared/frame.ts';
import { type Store, widget } from '../shared/widget.ts';
import {
  CASES,
  CHOICES,
  defaults,
  describe,
  judge,
  LIMIT,
  modelAt,
  outputs,
  stepsUntilRight,
  type XorState,
} from './xor/state.ts';

export const meta = {
  title: 'XOR, step by step',
  question: 'How many steps until all four answers are right, and does it always get there?',
};

function build(el: HTMLElement, store: Store<XorState>): (state: XorState) => void {
  const shell = frame(el, store, {
    ...meta,
    ask:
      'Two inputs, two hidden units, one output; random weights at first. Ten different starts: how ' +
      `many of them answer all four cases right within ${LIMIT} steps of η = 0.5?`,
    choices: CHOICES,
    choose: (choice) => store.changeAndSave({ feedback: judge(choice) }),
  });
  const plane = field('What the network says everywhere', 1.6);
  plane.place(CASES, true);
  const answers = bars(['x₁ x₂', 'wanted', 'answer p'], ['00', '01', '10', '11']);
  answers.element.classList.add('narrow');
  const controls = xorControls(store);
  shell.picture.append(plane.element, answers.element);
  shell.controls.append(...controls.elements);
  return (state) => {
    const model = modelAt(state);
    plane.paint((x, y) => 2 * model.say([x, y]) - 1);
    drawAnswers(answers, state);
    controls.draw(state);
    shell.update(state, describe(state), () => asTable(state));
  };
}

function drawAnswers(answers: Bars, state: XorState): void {
  answers.draw(
    outputs(state).map((p, i) => ({
      figures: [String(CASES[i]!.y)],
      share: p,
      text: `${number(p)} ${p > 0.5 === (CASES[i]!.y === 1) ? '✓' : '✗'}`,
    })),
  );
}

/** Forward, backward and update are three presses; longer ways are one. */
function xorControls({ read, changeAndSave }: Store<XorState>) {
  const next = () => {
    const { stage, step } = read();
    changeAndSave(stage === 2 ? { stage: 0, step: step + 1 } : { stage: stage + 1 });
  };
  const stage = html('button', { type: 'button', click: next });
  const many = (count: number) =>
    html(
      'button',
      { type: 'button', click: () => changeAndSave({ step: read().step + count, stage: 0 }) },
      `${count} steps`,
    );
  const until = html(
    'button',
    {
      type: 'button',
      click: () => changeAndSave({ step: stepsUntilRight(read()) ?? LIMIT, stage: 0 }),
    },
    'Until right',
  );
  const other = html(
    'button',
    {
      type: 'button',
      click: () => changeAndSave({ seed: (read().seed % 10) + 1, step: 0, stage: 0 }),
    },
    'Other start',
  );
  const rate = html('input', { type: 'range', min: -3, max: 3, step: 1 });
  const shown = html('span', { class: 'shown' });
  rate.addEventListener('input', () =>
    changeAndSave({ rate: 2 ** Number(rate.value), step: 0, stage: 0 }),
  );
  return {
    elements: [
      stage,
      many(10),
      many(100),
      until,
      other,
      html('label', {}, 'Learning rate η', rate, shown),
    ],
    draw(state: XorState) {
      stage.textContent = ['Forward', 'Backward', 'Update'][state.stage]!;
      rate.value = String(Math.log2(state.rate));
      shown.textContent = number(state.rate, 3);
      rate.setAttribute('aria-valuetext', shown.textContent);
    },
  };
}

function asTable(state: XorState): HTMLTableElement {
  const { layers, slopes } = modelAt(state);
  const rows = layers.flatMap(({ weights, biases }, l) =>
    weights.flatMap((row, j) => {
      const unit = l === 0 ? `hidden ${j + 1}` : 'output';
      const names = l === 0 ? ['x₁', 'x₂'] : ['hidden 1', 'hidden 2'];
      const line = (from: string, value: number, slope: number) => [
        `${from} → ${unit}`,
        number(value, 3),
        number(slope, 4),
      ];
      return [
        ...row.map((w, i) => line(names[i]!, w, slopes[l]!.weights[j]![i]!)),
        line('bias', biases[j]!, slopes[l]!.biases[j]!),
      ];
    }),
  );
  return table(['weight', 'value', 'slope of the loss'], rows, `After ${state.step} steps.`);
}

export default widget(defaults, build);
