/** Draws a state: two planes (query and keys; values and context) and the weights as bars. */

import { type Bars, bars } from '../../shared/bars.ts';
import { number, set, svg } from '../../shared/dom.ts';
import { table } from '../../shared/frame.ts';
import { type Handle, type Plane, plane } from '../../shared/plane.ts';
import type { Point } from '../../shared/point.ts';
import { palette } from '../../shared/style.ts';
import { attend, heaviest, type KeyValue, length, type QkState, type Row } from './state.ts';

const REACH = 3;
const INK = 'var(--ink)';
const colour = (index: number): string => palette[index % palette.length]!;

export interface ViewActions {
  moveQuery(to: Point): void;
  moveKey(index: number, to: Point): void;
  moveValue(index: number, to: Point): void;
  done(): void;
}

export interface View {
  elements: HTMLElement[];
  draw(state: QkState): void;
}

export function qkView(keys: KeyValue[], actions: ViewActions): View {
  const left = keysPlane(keys, actions);
  const right = valuesPlane(keys, actions);
  const weights = bars(
    ['key', 'q·k', 'cos θ', 'weight'],
    keys.map(({ name }) => name),
  );
  return {
    elements: [left.element, right.element, weights.element],
    draw(state) {
      const { rows, context } = attend(state);
      const revealed = state.feedback !== null;
      left.draw(state, rows, revealed);
      right.draw(rows, context, revealed);
      drawBars(weights, rows, revealed);
    },
  };
}

const weighs = (row: Row, revealed: boolean): string =>
  revealed ? `Weight ${number(row.weight)}` : '';

function arrow(stroke: string): SVGLineElement {
  return svg('line', { stroke, 'stroke-width': 3, 'stroke-linecap': 'round' });
}

function lineBetween(line: Element, map: Plane['toScreen'], from: Point, to: Point): void {
  const [x1, y1] = map(from);
  const [x2, y2] = map(to);
  set(line, { x1, y1, x2, y2 });
}

/** Arrows from the origin; once revealed, each key's shadow on the query's line. */
function keysPlane(keys: KeyValue[], actions: ViewActions) {
  const space = plane('Query q and keys', REACH);
  const unitCircle = svg('circle', { class: 'unit', fill: 'none', stroke: 'var(--quiet)' });
  set(unitCircle, { 'stroke-dasharray': '3 4', cx: 160, cy: 160, r: 160 / REACH });
  const queryLine = svg('line', { stroke: INK, 'stroke-width': 1, 'stroke-dasharray': '2 4' });
  const queryArrow = arrow(INK);
  const drops = keys.map((_, i) =>
    svg('line', { stroke: colour(i), 'stroke-width': 1.5, 'stroke-dasharray': '4 3' }),
  );
  const arrows = keys.map((_, i) => arrow(colour(i)));
  space.layer.append(unitCircle, queryLine, ...drops, ...arrows, queryArrow);
  const keyHandles: Handle[] = keys.map(({ name }, i) =>
    space.addHandle({
      label: name,
      name: `key ${name}`,
      colour: colour(i),
      shape: 'circle',
      move: (to) => actions.moveKey(i, to),
      done: actions.done,
    }),
  );
  const queryHandle = space.addHandle({
    label: 'q',
    name: 'query',
    colour: INK,
    shape: 'circle',
    move: actions.moveQuery,
    done: actions.done,
  });
  return {
    element: space.element,
    draw(state: QkState, rows: Row[], revealed: boolean) {
      const size = length(state.query);
      const along: Point = size > 0 ? [state.query[0] / size, state.query[1] / size] : [0, 0];
      const far = 2 * REACH;
      const end = (sign: number): Point => [sign * far * along[0], sign * far * along[1]];
      lineBetween(queryLine, space.toScreen, end(-1), end(1));
      lineBetween(queryArrow, space.toScreen, [0, 0], state.query);
      queryHandle.update(state.query, `Length ${number(size)}`);
      unitCircle.style.display = state.unitKeys ? '' : 'none';
      rows.forEach((row, i) => {
        const shadow = size > 0 ? row.dot / size : 0;
        lineBetween(arrows[i]!, space.toScreen, [0, 0], row.key);
        lineBetween(drops[i]!, space.toScreen, row.key, [shadow * along[0], shadow * along[1]]);
        const words = revealed ? `Dot product ${number(row.dot)}. ${weighs(row, true)}` : '';
        keyHandles[i]!.update(row.key, words);
      });
      for (const guide of [queryLine, ...drops]) guide.style.display = revealed ? '' : 'none';
    },
  };
}

/** The context pulls on each value by a band as thick as the value's weight. */
function valuesPlane(keys: KeyValue[], actions: ViewActions) {
  const space = plane('Values and the context, their weighted sum', REACH);
  const bands = keys.map((_, i) => svg('line', { stroke: colour(i), 'stroke-linecap': 'round' }));
  const star = svg('path', { d: 'M0 -11 L11 0 L0 11 L-11 0 Z', fill: INK });
  const label = svg('text', { class: 'letter' }, 'context');
  space.layer.append(...bands, star, label);
  const handles = keys.map(({ name }, i) =>
    space.addHandle({
      label: name,
      name: `value ${name}`,
      colour: colour(i),
      shape: 'square',
      move: (to) => actions.moveValue(i, to),
      done: actions.done,
    }),
  );
  return {
    element: space.element,
    draw(rows: Row[], context: Point, revealed: boolean) {
      const [x, y] = space.toScreen(context);
      set(star, { transform: `translate(${x} ${y})` });
      set(label, { x, y: y + 26 });
      rows.forEach((row, i) => {
        lineBetween(bands[i]!, space.toScreen, row.value, context);
        set(bands[i]!, { 'stroke-width': (0.5 + 14 * row.weight).toFixed(2) });
        handles[i]!.update(row.value, weighs(row, revealed));
      });
      for (const part of [star, label, ...bands]) part.style.display = revealed ? '' : 'none';
    },
  };
}

function drawBars(weights: Bars, rows: Row[], revealed: boolean): void {
  const show = (value: number) => (revealed ? number(value) : '?');
  weights.draw(
    rows.map((row) => ({
      figures: [show(row.dot), show(row.cosine)],
      share: revealed ? row.weight : null,
      text: show(row.weight),
    })),
  );
}

/** The state in one or two sentences: read out after a change, shown under the picture. */
export function inWords(state: QkState): string {
  if (state.feedback === null) {
    return 'Drag any point, or focus it and press the arrow keys. Numbers appear once you predict.';
  }
  const { rows, context } = attend(state);
  const best = heaviest(rows);
  const names = best.map((row) => row.name).join(' and ');
  const shares = rows.map((row) => `${row.name} ${number(row.weight)}`).join(', ');
  const lead = best.length === rows.length ? 'All keys weigh the same' : `Most weight: ${names}`;
  return `${lead}. Weights: ${shares}. Context (${number(context[0])}, ${number(context[1])}).`;
}

export function asTable(state: QkState): HTMLTableElement {
  const { rows, context } = attend(state);
  const pair = (p: Point) => `(${number(p[0])}, ${number(p[1])})`;
  const body = rows.map((row) => [
    row.name,
    pair(row.key),
    number(length(row.key)),
    number(row.dot),
    number(row.cosine),
    number(row.score),
    number(row.weight, 3),
    pair(row.value),
  ]);
  const caption =
    `Query ${pair(state.query)}, length ${number(length(state.query))}; ` +
    `scores are dot products divided by ${number(state.divisor)}; context ${pair(context)}.`;
  return table(['key', 'k', '‖k‖', 'q·k', 'cos θ', 'score', 'weight', 'value'], body, caption);
}
