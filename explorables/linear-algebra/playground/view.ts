/** Loss curve, and the units as buttons with the weights between them as lines. */

import { html, number, set, svg } from '../../shared/dom.ts';
import type { Training } from './training.ts';

const WIDTH = 320;
const HEIGHT = 200;

export interface UnitsView {
  element: HTMLElement;
  draw(training: Training, shown: [number, number] | null): void;
}

/** @param pick told which unit's own picture is wanted, null for the output */
export function unitsView(pick: (unit: [number, number] | null) => void): UnitsView {
  const wires = svg('g');
  const units = svg('g');
  const diagram = svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: 'diagram',
      role: 'group',
      'aria-label': 'The network: choose a unit to see its own picture',
    },
    wires,
    units,
  );
  const line = svg('polyline', { class: 'path' });
  const note = svg('text', { x: 6, y: 14, class: 'note' });
  const end = svg('text', { x: WIDTH - 4, y: 86, class: 'note end' });
  const axis = svg('path', { d: `M0 72H${WIDTH}`, class: 'axis' });
  const curve = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} 90`, 'aria-hidden': 'true' },
    axis,
    line,
    note,
    end,
  );
  const element = html(
    'figure',
    { class: 'plane' },
    html('figcaption', {}, 'Units (thick line: large weight, dashed: negative)'),
    diagram,
    html('figcaption', {}, 'Loss'),
    curve,
  );
  let shape = '';
  return {
    element,
    draw(training, shown) {
      const { layers } = training.net;
      const sizes = [layers[0]!.weights[0]!.length, ...layers.map(({ biases }) => biases.length)];
      const places = sizes.map((count, l) =>
        Array.from({ length: count }, (_, j): [number, number] => [
          26 + (l * (WIDTH - 52)) / (sizes.length - 1),
          (HEIGHT * (j + 0.5)) / count,
        ]),
      );
      if (shape !== String(sizes)) {
        shape = String(sizes);
        units.replaceChildren(
          ...places.flatMap((column, l) => column.map((at, j) => unit(at, l, j, sizes, pick))),
        );
      }
      for (const each of units.children) {
        const own = each.getAttribute('data-unit');
        const wanted = String(shown ?? [sizes.length - 1, 0]);
        set(each, { 'aria-pressed': String(own === wanted) });
      }
      wires.replaceChildren(
        ...layers.flatMap(({ weights }, l) =>
          weights.flatMap((row, j) =>
            row.map((w, i) => {
              const [[x1, y1], [x2, y2]] = [places[l]![i]!, places[l + 1]![j]!];
              const wide = Math.min(7, 0.5 + 1.5 * Math.abs(w)).toFixed(2);
              return svg('line', {
                x1,
                y1,
                x2,
                y2,
                class: w < 0 ? 'wire minus' : 'wire',
                'stroke-width': wide,
              });
            }),
          ),
        ),
      );
      drawCurve(training, line, note, end);
    },
  };
}

function unit(
  [x, y]: [number, number],
  l: number,
  j: number,
  sizes: number[],
  pick: (unit: [number, number] | null) => void,
): SVGElement {
  const output = l === sizes.length - 1;
  const r = sizes[l]! > 4 ? 11 : 13;
  const circle = svg('circle', { cx: x, cy: y, r, class: 'unit-circle' });
  const text = l === 0 ? `x${'₁₂'[j]}` : output ? 'y' : String(j + 1);
  const letter = svg('text', { x, y: y + 5, class: 'letter' }, text);
  if (l === 0) return svg('g', {}, circle, letter);
  const choose = () => pick(output ? null : [l, j]);
  const element = svg(
    'g',
    {
      class: 'unit-button',
      role: 'button',
      tabindex: 0,
      'data-unit': `${l},${j}`,
      'aria-label': output ? 'output' : `layer ${l}, unit ${j + 1}`,
      click: choose,
    },
    circle,
    letter,
  );
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    choose();
  });
  return element;
}

function drawCurve({ losses, epoch }: Training, line: Element, note: Element, end: Element): void {
  const high = Math.max(0.75, ...losses.slice(0, 3).map(({ loss }) => Math.min(loss, 5)));
  const points = losses.map(({ epoch: at, loss }) => {
    const x = (WIDTH * at) / Math.max(1, epoch);
    return `${x.toFixed(1)},${(72 - 62 * Math.min(1, loss / high)).toFixed(1)}`;
  });
  set(line, { points: points.join(' ') });
  note.textContent = number(high);
  end.textContent = `epoch ${epoch}, loss ${number(losses.at(-1)!.loss, 3)}`;
}
