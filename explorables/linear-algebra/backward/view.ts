/** The network as a drawing: values in the units, weights on the lines, slopes where they have come to. */

import { html, number, set, svg } from '../../shared/dom.ts';
import { type BackwardState, NAMES, pass } from './state.ts';

type Place = [x: number, y: number];

const X: [Place, Place] = [
  [34, 70],
  [34, 230],
];
const H: [Place, Place] = [
  [170, 70],
  [170, 230],
];
const Y: Place = [300, 150];

/** Each weight's line, and how far along it its label stands. */
const LINES: { weight: number; from: Place; to: Place; label: number }[] = [
  { weight: 0, from: X[0], to: H[0], label: 0.5 },
  { weight: 1, from: X[1], to: H[0], label: 0.27 },
  { weight: 3, from: X[0], to: H[1], label: 0.27 },
  { weight: 4, from: X[1], to: H[1], label: 0.5 },
  { weight: 6, from: H[0], to: Y, label: 0.5 },
  { weight: 7, from: H[1], to: Y, label: 0.5 },
];

const between = ([a, b]: Place, [c, d]: Place, t: number): Place => [
  a + t * (c - a),
  b + t * (d - b),
];

export interface NetworkView {
  element: HTMLElement;
  draw(state: BackwardState): void;
}

/** Hidden from screen readers, for which the words and the table say the same. */
export function networkView(): NetworkView {
  const picture = svg('svg', { viewBox: '0 0 340 300', class: 'diagram', 'aria-hidden': 'true' });
  const lines = LINES.map(({ from, to }) => {
    const line = svg('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1], class: 'wire' });
    const flow = svg('line', { x1: to[0], y1: to[1], x2: from[0], y2: from[1], class: 'flow' });
    picture.append(line, flow);
    return { line, flow };
  });
  const labels = LINES.map(({ from, to, label }) => {
    const [x, y] = between(from, to, label);
    const made = tag(x, y);
    picture.append(made.element);
    return made;
  });
  const units = [
    unit(X[0], 'x₁'),
    unit(X[1], 'x₂'),
    unit(H[0], 'h₁'),
    unit(H[1], 'h₂'),
    unit(Y, 'y'),
  ];
  const loss = svg('text', { x: 336, y: 292, class: 'note end' });
  picture.append(...units.map(({ element }) => element), loss);
  const element = html('figure', { class: 'plane' }, picture);
  return {
    element,
    draw(state) {
      const p = pass(state);
      const { at } = state;
      LINES.forEach(({ weight }, i) => {
        const first = weight < 6;
        const come = at >= (first ? 9 : 6);
        const slope = p.slopes[weight]!;
        set(lines[i]!.flow, { 'stroke-width': come ? 1 + 14 * Math.min(1, Math.abs(slope)) : 0 });
        const active = first ? at === 9 || at === (weight < 3 ? 1 : 2) : at === 6 || at === 3;
        lines[i]!.line.classList.toggle('active', active || at === 10);
        labels[i]!.draw(
          `${NAMES[weight]} ${number(state.weights[weight]!)}`,
          come ? number(slope, 3) : '',
        );
      });
      const results = [...state.x, ...p.h, p.y];
      const since = [0, 0, 1, 2, 3];
      const back = [
        null,
        null,
        at >= 8 ? p.dz[0] : at >= 7 ? p.dh[0] : null,
        at >= 8 ? p.dz[1] : at >= 7 ? p.dh[1] : null,
        at >= 5 ? p.dy : null,
      ];
      units.forEach((each, i) => {
        const slope = back[i] ?? null;
        each.draw(
          at >= since[i]! ? number(results[i]!) : '?',
          slope === null ? '' : number(slope, 3),
        );
      });
      loss.textContent =
        at >= 4
          ? `target ${number(state.target, 0)}, loss ${number(p.loss, 3)}`
          : `target ${number(state.target, 0)}`;
    },
  };
}

function unit([x, y]: Place, name: string) {
  const value = svg('text', { x, y: y + 5, class: 'value' });
  const slope = svg('text', { x, y: y - 31, class: 'slope' });
  const element = svg(
    'g',
    {},
    svg('circle', { cx: x, cy: y, r: 25, class: 'unit-circle' }),
    svg('text', { x, y: y - 46, class: 'letter' }, name),
    value,
    slope,
  );
  return {
    element,
    draw(text: string, back: string) {
      value.textContent = text;
      slope.textContent = back;
    },
  };
}

/** A weight's name and value, and below it its slope once that has come. */
function tag(x: number, y: number) {
  const box = svg('rect', { x: x - 38, y: y - 12, width: 76, class: 'tag' });
  const value = svg('text', { x, y: y + 3, class: 'weight' });
  const slope = svg('text', { x, y: y + 18, class: 'slope' });
  return {
    element: svg('g', {}, box, value, slope),
    draw(text: string, back: string) {
      value.textContent = text;
      slope.textContent = back;
      set(box, { height: back === '' ? 20 : 36 });
    },
  };
}
