/** A square of the plane: what a network says everywhere in it, and the examples on top. */

import { html, svg } from './dom.ts';
import type { Example } from './network.ts';
import { palette } from './style.ts';

/** Squares per side. The browser smooths between them. */
const CELLS = 48;
const SIDE = 320;

export interface Field {
  element: HTMLElement;
  /** @param value −1 (surely class 0) … 1 (surely class 1) at a place of the plane */
  paint(value: (x: number, y: number) => number): void;
  place(examples: Example[], large?: boolean): void;
}

/** @param reach the square shows −reach … reach in both directions */
export function field(caption: string, reach: number): Field {
  const canvas = html('canvas', { width: CELLS, height: CELLS, 'aria-hidden': 'true' });
  const points = svg('svg', { viewBox: `0 0 ${SIDE} ${SIDE}`, 'aria-hidden': 'true' });
  const probes = [palette[0], palette[1]].map((color) =>
    html('span', { class: 'probe', style: `color: ${color}` }),
  );
  const stack = html('div', { class: 'stack' }, canvas, points, ...probes);
  const element = html('figure', { class: 'plane' }, html('figcaption', {}, caption), stack);
  const scale = SIDE / (2 * reach);
  return {
    element,
    paint(value) {
      const context = canvas.getContext('2d');
      if (!context) return;
      const image = context.createImageData(CELLS, CELLS);
      const [low, high] = probes.map(colourOf) as [number[], number[]];
      const step = (2 * reach) / CELLS;
      for (let row = 0; row < CELLS; row++) {
        for (let column = 0; column < CELLS; column++) {
          const v = value(-reach + (column + 0.5) * step, reach - (row + 0.5) * step);
          const [r, g, b] = v > 0 ? high : low;
          const alpha = 25 + 165 * Math.min(1, Math.abs(v));
          image.data.set([r!, g!, b!, alpha], 4 * (row * CELLS + column));
        }
      }
      context.putImageData(image, 0, 0);
    },
    place(examples, large = false) {
      points.replaceChildren(
        ...examples.map(({ x, y }) => {
          const at = `translate(${(x[0]! + reach) * scale} ${(reach - x[1]!) * scale})`;
          return mark(y, at, large ? 9 : 4);
        }),
      );
    },
  };
}

/** Class 0 is a circle, class 1 a square: the shape says what the colour must not say alone. */
function mark(y: number, transform: string, r: number): SVGElement {
  const look = { class: 'example', style: `--own: ${palette[y]}`, transform };
  return y === 0
    ? svg('circle', { ...look, r })
    : svg('rect', { ...look, x: -r, y: -r, width: 2 * r, height: 2 * r });
}

function colourOf(probe: Element): number[] {
  const { color } = getComputedStyle(probe);
  return (color.match(/[\d.]+/g) ?? ['0', '0', '0']).slice(0, 3).map(Number);
}
