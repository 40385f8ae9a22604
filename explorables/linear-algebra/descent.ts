/** Gradient descent on a surface: drag the start, choose the learning rate, follow the path. */

import { html, number, set, svg } from '../shared/dom.ts';
import { frame, table } from '../shared/frame.ts';
import { plane } from '../shared/plane.ts';
import { type Store, widget } from '../shared/widget.ts';
import {
  CHOICES,
  contours,
  type DescentState,
  defaults,
  judge,
  outcome,
  REACH,
  SURFACES,
  type SurfaceName,
  walk,
} from './descent/state.ts';

export const meta = {
  title: 'Downhill on a surface',
  question: 'How long a step is too long?',
};

function build(el: HTMLElement, store: Store<DescentState>): (state: DescentState) => void {
  const shell = frame(el, store, {
    ...meta,
    ask:
      'A valley, ten times steeper across than along; the steps are η = 0.02 times the slope, and ' +
      'the walk creeps. Which is the smallest of these rates at which it flies out of the valley?',
    choices: CHOICES.map(String),
    choose: (choice) =>
      store.changeAndSave({ feedback: judge(Number(choice)), rate: Number(choice), steps: 20 }),
  });
  const view = surfaceView(store);
  const controls = descentControls(store);
  shell.picture.append(view.plane, view.chart);
  shell.controls.append(...controls.elements);
  return (state) => {
    view.draw(state);
    controls.draw(state);
    shell.update(state, outcome(state), () => asTable(state));
  };
}

function surfaceView(store: Store<DescentState>) {
  const space = plane('The surface from above: lines of equal height', REACH);
  const lines = svg('path', { class: 'contour' });
  const path = svg('polyline', { class: 'path' });
  const stops = svg('g');
  space.layer.append(lines, path, stops);
  const handle = space.addHandle({
    label: 'θ',
    name: 'start θ',
    colour: 'var(--ink)',
    shape: 'circle',
    move: (start) => store.change({ start }),
    done: store.save,
  });
  const chart = lossChart();
  let drawn: SurfaceName | null = null;
  return {
    plane: space.element,
    chart: chart.element,
    draw(state: DescentState) {
      if (drawn !== state.surface) {
        drawn = state.surface;
        const pieces = contours(state.surface).map(([from, to]) => {
          const [[x1, y1], [x2, y2]] = [space.toScreen(from), space.toScreen(to)];
          return `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`;
        });
        set(lines, { d: pieces.join('') });
      }
      const places = walk(state);
      const seen = places
        .map(({ at }) => space.toScreen(at))
        .filter((p) => p.every(Number.isFinite));
      set(path, { points: seen.map((p) => p.join(',')).join(' ') });
      stops.replaceChildren(
        ...seen.slice(1).map(([cx, cy]) => svg('circle', { cx, cy, r: 3.5, class: 'stop' })),
      );
      handle.update(state.start, `Height ${number(places[0]!.height)}`);
      chart.draw(places.map(({ height }) => height));
    },
  };
}

/** Height after each step. Above the frame it has flown out. */
function lossChart() {
  const line = svg('polyline', { class: 'path' });
  const top = svg('text', { x: 6, y: 16, class: 'note' });
  const last = svg('text', { x: 314, y: 194, class: 'note end' });
  const picture = svg(
    'svg',
    { viewBox: '0 0 320 200', 'aria-hidden': 'true' },
    svg('path', { d: 'M0 180H320', class: 'axis' }),
    line,
    top,
    last,
  );
  const caption = html('figcaption', {}, 'Height after each step');
  const element = html('figure', { class: 'plane' }, caption, picture);
  return {
    element,
    draw(heights: number[]) {
      const [low, high] = [Math.min(0, ...heights), heights[0]! * 1.2 + 0.2];
      const points = heights.map((height, i) => {
        const x = (320 * i) / Math.max(1, heights.length - 1);
        const share = (Math.min(height, high) - low) / (high - low);
        return `${x.toFixed(1)},${(180 - 160 * (Number.isFinite(share) ? share : 1)).toFixed(1)}`;
      });
      set(line, { points: points.join(' ') });
      top.textContent = number(high);
      last.textContent = `step ${heights.length - 1}`;
    },
  };
}

/** The rate moves by factors: eight steps of the slider double it. */
function descentControls({ change, save, changeAndSave }: Store<DescentState>) {
  const surface = html(
    'select',
    {},
    ...Object.entries(SURFACES).map(([name, { title }]) => html('option', { value: name }, title)),
  );
  const rate = html('input', { type: 'range', min: -7, max: 0, step: 0.125 });
  const rateShown = html('span', { class: 'shown' });
  const steps = html('input', { type: 'range', min: 0, max: 60, step: 1 });
  const stepsShown = html('span', { class: 'shown' });
  surface.addEventListener('change', () =>
    changeAndSave({ surface: surface.value as SurfaceName }),
  );
  rate.addEventListener('input', () => change({ rate: 2 ** Number(rate.value) }));
  rate.addEventListener('change', save);
  steps.addEventListener('input', () => change({ steps: Number(steps.value) }));
  steps.addEventListener('change', save);
  return {
    elements: [
      html('label', {}, 'Surface', surface),
      html('label', {}, 'Learning rate η', rate, rateShown),
      html('label', {}, 'Steps', steps, stepsShown),
    ],
    draw(state: DescentState) {
      surface.value = state.surface;
      rate.value = String(Math.log2(state.rate));
      rateShown.textContent = number(state.rate, 3);
      rate.setAttribute('aria-valuetext', rateShown.textContent);
      steps.value = String(state.steps);
      stepsShown.textContent = String(state.steps);
    },
  };
}

function asTable(state: DescentState): HTMLTableElement {
  const rows = walk(state).map(({ at, slope, height }, step) => [
    String(step),
    `(${number(at[0])}, ${number(at[1])})`,
    `(${number(slope[0])}, ${number(slope[1])})`,
    number(height, 3),
  ]);
  const caption = `${SURFACES[state.surface].title}, learning rate ${number(state.rate, 3)}.`;
  return table(['step', 'θ', 'slope', 'height'], rows, caption);
}

export default widget(defaults, build);
