/** A point to drag along a curve, with the chord to a second point and the tangent. */

import { html, number, set, svg } from '../shared/dom.ts';
import { frame, table } from '../shared/frame.ts';
import { plane } from '../shared/plane.ts';
import type { Point } from '../shared/point.ts';
import { type Store, widget } from '../shared/widget.ts';
import {
  angle,
  CHOICES,
  CURVES,
  type CurveName,
  chord,
  defaults,
  judge,
  REACH,
  type TangentState,
  tell,
} from './tangent/state.ts';

export const meta = {
  title: 'From chord to tangent',
  question: 'What is left of the chord when its two points come together?',
};

function build(el: HTMLElement, store: Store<TangentState>): (state: TangentState) => void {
  const shell = frame(el, store, {
    ...meta,
    ask: 'The curve is x² / 2. Its slope at x = 2 is 2. At which angle does the tangent climb there?',
    choices: CHOICES,
    choose: (choice) => store.changeAndSave({ feedback: judge(choice) }),
  });
  const view = curveView(store);
  const controls = tangentControls(store);
  shell.picture.classList.add('single');
  shell.picture.append(view.element);
  shell.controls.append(...controls.elements);
  return (state) => {
    view.draw(state);
    controls.draw(state);
    shell.update(state, tell(state), () => asTable(state));
  };
}

function curveView(store: Store<TangentState>) {
  const space = plane('A curve, a chord (thin) and the tangent (thick)', REACH);
  const curve = svg('polyline', { class: 'curve' });
  const chordLine = svg('line', { class: 'contour' });
  const tangent = svg('line', { class: 'path' });
  const second = svg('circle', { r: 4, class: 'stop' });
  space.layer.append(curve, chordLine, tangent, second);
  const handle = space.addHandle({
    label: 'x',
    name: 'point on the curve',
    colour: 'var(--ink)',
    shape: 'circle',
    move: ([x]) => store.change({ x }),
    done: store.save,
  });
  const draw = (line: Element, [x, y]: Point, slope: number) => {
    const [[x1, y1], [x2, y2]] = [-2 * REACH, 2 * REACH].map((by) =>
      space.toScreen([x + by, y + by * slope]),
    ) as [Point, Point];
    set(line, { x1, y1, x2, y2 });
  };
  return {
    element: space.element,
    draw(state: TangentState) {
      const { f, slope } = CURVES[state.curve];
      const places = Array.from({ length: 121 }, (_, i) => (i / 60 - 1) * REACH);
      set(curve, { points: places.map((x) => space.toScreen([x, f(x)]).join(',')).join(' ') });
      const at: Point = [state.x, f(state.x)];
      const [cx, cy] = space.toScreen([state.x + state.h, f(state.x + state.h)]);
      set(second, { cx, cy });
      draw(chordLine, at, chord(state));
      const steep = slope(state.x);
      tangent.style.display = steep === null ? 'none' : '';
      if (steep !== null) draw(tangent, at, steep);
      handle.update(at, tell(state));
    },
  };
}

/** The step shrinks by factors: its slider counts powers of two. */
function tangentControls({ change, save, changeAndSave }: Store<TangentState>) {
  const curve = html(
    'select',
    {},
    ...Object.entries(CURVES).map(([name, { title }]) => html('option', { value: name }, title)),
  );
  curve.addEventListener('change', () => changeAndSave({ curve: curve.value as CurveName }));
  const h = html('input', { type: 'range', min: -8, max: 1, step: 0.25 });
  const shown = html('span', { class: 'shown' });
  h.addEventListener('input', () => change({ h: 2 ** Number(h.value) }));
  h.addEventListener('change', save);
  return {
    elements: [html('label', {}, 'Curve', curve), html('label', {}, 'Step h', h, shown)],
    draw(state: TangentState) {
      curve.value = state.curve;
      h.value = String(Math.log2(state.h));
      shown.textContent = number(state.h, 3);
      h.setAttribute('aria-valuetext', shown.textContent);
    },
  };
}

function asTable(state: TangentState): HTMLTableElement {
  const rows = [1, 0.5, 0.1, 0.01, 0.001].map((h) => {
    const slope = chord({ ...state, h });
    return [number(h, 3), number(slope, 4), `${number(angle(slope))}°`];
  });
  const caption = `Chords of ${CURVES[state.curve].title} from x = ${number(state.x)} to x + h.`;
  return table(['h', 'slope of the chord', 'angle'], rows, caption);
}

export default widget(defaults, build);
