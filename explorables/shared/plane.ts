/** A square piece of the plane with a grid, in which points can be dragged or moved by arrow keys. */

import { html, number, set, svg } from './dom.ts';
import type { Point } from './point.ts';

/** Side of the picture in its own units; at 300 px on screen a handle is still 26 px wide. */
const SIDE = 320;
const HANDLE_RADIUS = 14;
/** A drag moves in steps of 1/20, so that a reader can return to a place. */
const STEPS_PER_UNIT = 20;
const ARROWS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export interface HandleOptions {
  /** Letter shown in the handle. */
  label: string;
  /** What a screen reader calls it. */
  name: string;
  colour: string;
  /** Keys are circles, values squares: the shape says what the colour alone must not. */
  shape: 'circle' | 'square';
  move(to: Point): void;
  /** A drag or a key press has ended: time to save. */
  done(): void;
}

export interface Handle {
  /** Moves the handle; `words` is what a screen reader says about it now. */
  update(at: Point, words: string): void;
}

export interface Plane {
  element: HTMLElement;
  /** Lies under the handles: arrows, guide lines. */
  layer: SVGGElement;
  /** From coordinates of the plane to those of the picture. */
  toScreen(point: Point): Point;
  addHandle(options: HandleOptions): Handle;
}

/** @param reach the plane shows −reach … reach in both directions */
export function plane(caption: string, reach: number): Plane {
  const layer = svg('g');
  const handles = svg('g');
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${SIDE} ${SIDE}`, role: 'group', 'aria-label': caption },
    grid(reach),
    layer,
    handles,
  );
  const scale = SIDE / (2 * reach);
  const toScreen = ([x, y]: Point): Point => [(x + reach) * scale, (reach - y) * scale];
  const clip = (v: number) => {
    const edge = reach - HANDLE_RADIUS / scale;
    return Math.round(Math.max(-edge, Math.min(edge, v)) * STEPS_PER_UNIT) / STEPS_PER_UNIT;
  };
  const fromEvent = (event: PointerEvent): Point => {
    const box = picture.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 2 * reach - reach;
    const y = reach - ((event.clientY - box.top) / box.height) * 2 * reach;
    return [clip(x), clip(y)];
  };
  const addHandle = (options: HandleOptions): Handle => {
    const element = handleElement(options);
    let at: Point = [0, 0];
    let dragging = false;
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      dragging = true;
      element.setPointerCapture(event.pointerId);
      element.focus({ preventScroll: true });
      event.preventDefault();
    });
    // `touch-action` does nothing inside SVG: without this a finger scrolls the page instead.
    element.addEventListener('touchstart', (event) => event.preventDefault(), { passive: false });
    element.addEventListener('pointermove', (event) => {
      if (dragging) options.move(fromEvent(event));
    });
    const release = () => {
      if (!dragging) return;
      dragging = false;
      options.done();
    };
    element.addEventListener('pointerup', release);
    element.addEventListener('pointercancel', release);
    element.addEventListener('keydown', (event) => {
      const direction = ARROWS[event.key];
      if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const step = event.shiftKey ? 0.5 : 0.1;
      options.move([clip(at[0] + direction[0] * step), clip(at[1] + direction[1] * step)]);
      options.done();
    });
    handles.append(element);
    return {
      update(to, words) {
        at = to;
        const [x, y] = toScreen(to);
        set(element, {
          transform: `translate(${x} ${y})`,
          'aria-valuenow': to[0].toFixed(2),
          'aria-valuetext': `x ${number(to[0])}, y ${number(to[1])}. ${words}`,
        });
      },
    };
  };
  const element = html('figure', { class: 'plane' }, html('figcaption', {}, caption), picture);
  return { element, layer, toScreen, addHandle };
}

function handleElement({ label, name, colour, shape }: HandleOptions): SVGGElement {
  const r = HANDLE_RADIUS;
  const outline =
    shape === 'circle'
      ? svg('circle', { r, class: 'knob' })
      : svg('rect', { x: -r, y: -r, width: 2 * r, height: 2 * r, rx: 3, class: 'knob' });
  return svg(
    'g',
    {
      class: 'handle',
      style: `--own: ${colour}`,
      tabindex: 0,
      role: 'slider',
      'aria-label': name,
      'aria-roledescription': 'point to move with the arrow keys',
    },
    svg('circle', { r: r + 5, class: 'ring' }),
    outline,
    svg('text', { dy: '0.36em', class: 'letter' }, label),
  );
}

function grid(reach: number): SVGGElement {
  const group = svg('g', { class: 'grid' });
  const scale = SIDE / (2 * reach);
  for (let v = Math.ceil(-reach); v <= reach; v += 1) {
    const place = (v + reach) * scale;
    const kind = v === 0 ? 'axis' : 'rule';
    group.append(
      svg('line', { x1: place, y1: 0, x2: place, y2: SIDE, class: kind }),
      svg('line', { x1: 0, y1: place, x2: SIDE, y2: place, class: kind }),
    );
    if (v !== 0 && Math.abs(v) < reach) {
      group.append(
        svg('text', { x: place, y: SIDE / 2 + 12, class: 'tick' }, number(v, 0)),
        svg('text', { x: SIDE / 2 - 9, y: (reach - v) * scale + 4, class: 'tick' }, number(v, 0)),
      );
    }
  }
  return group;
}
