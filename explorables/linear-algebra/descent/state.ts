/** Surfaces with their slopes, and walks down them. */

import { number } from '../../shared/dom.ts';
import type { Point } from '../../shared/point.ts';

export type SurfaceName = 'bowl' | 'valley' | 'hollows' | 'saddle';

export type DescentState = {
  surface: SurfaceName;
  start: Point;
  rate: number;
  steps: number;
  table: boolean;
  feedback: string | null;
};

type Surface = { title: string; height(p: Point): number; slope(p: Point): Point };

export const SURFACES: Record<SurfaceName, Surface> = {
  bowl: {
    title: 'round bowl',
    height: ([x, y]) => (x * x + y * y) / 2,
    slope: ([x, y]) => [x, y],
  },
  valley: {
    title: 'narrow valley',
    height: ([x, y]) => (x * x + 10 * y * y) / 2,
    slope: ([x, y]) => [x, 10 * y],
  },
  hollows: {
    title: 'two hollows',
    height: ([x, y]) => (x * x - 2) ** 2 / 4 + 0.3 * x + (y * y) / 2 + 0.5,
    slope: ([x, y]) => [x * (x * x - 2) + 0.3, y],
  },
  saddle: {
    title: 'saddle',
    height: ([x, y]) => (x * x) / 2 - (y * y) / 2 + y ** 4 / 12 + 1,
    slope: ([x, y]) => [x, -y + y ** 3 / 3],
  },
};

export const REACH = 3;
/** The steepest curvature of the valley is 10, so a walk is thrown out from η = 2/10 on. */
export const CHOICES = [0.05, 0.11, 0.19, 0.21, 0.5];

export const defaults: DescentState = {
  surface: 'valley',
  start: [-2.5, 1],
  rate: 0.02,
  steps: 20,
  table: false,
  feedback: null,
};

export type Stop = { at: Point; slope: Point; height: number };

/** The start and every place after it. */
export function walk({ surface, start, rate, steps }: DescentState): Stop[] {
  const { height, slope } = SURFACES[surface];
  const stop = (at: Point): Stop => ({ at, slope: slope(at), height: height(at) });
  const stops = [stop(start)];
  for (let step = 0; step < steps; step++) {
    const { at, slope: s } = stops.at(-1)!;
    stops.push(stop([at[0] - rate * s[0], at[1] - rate * s[1]]));
  }
  return stops;
}

const FAR = 3 * REACH;

/** Where the walk got to, in words. */
export function outcome(state: DescentState): string {
  const stops = walk(state);
  const gone = stops.findIndex(({ at }) => !(Math.hypot(...at) < FAR));
  if (gone >= 0) {
    return `The walk flies out: after ${gone} steps it is more than ${FAR} away from the middle.`;
  }
  const { at, slope, height } = stops.at(-1)!;
  const where = `(${number(at[0])}, ${number(at[1])}), height ${number(height, 3)}`;
  const turns = stops.filter((s, i) => i > 0 && s.slope[1] * stops[i - 1]!.slope[1] < -1e-9);
  const zigzag = turns.length > state.steps / 2 ? ' It crosses the valley at every step.' : '';
  const still = Math.hypot(...slope);
  const rest = still < 0.01 ? 'It has come to rest' : `Still sloping (${number(still)})`;
  return `After ${state.steps} steps at ${where}. ${rest}.${zigzag}`;
}

/** The answer to the prediction about the valley. */
export function judge(choice: number): string {
  const flies = (rate: number) => {
    const { at } = walk({ ...defaults, rate, steps: 500 }).at(-1)!;
    return !(Math.hypot(...at) < FAR);
  };
  const first = CHOICES.find(flies)!;
  const opening = choice === first ? `Yes, ${first}` : `You said ${choice}. It is ${first}`;
  return (
    `${opening}: across the valley each step multiplies y by 1 − 10η. Below η = 0.1 it shrinks, up ` +
    'to 0.2 it changes sides and shrinks, beyond 0.2 it grows. And at η = 0.19 the way along the ' +
    'valley is still slow: one rate must serve both directions.'
  );
}

/** Lines of equal height as short pieces (marching squares). */
export function contours(name: SurfaceName): [Point, Point][] {
  const { height } = SURFACES[name];
  const n = 60;
  const step = (2 * REACH) / n;
  const heights = Array.from({ length: n + 1 }, (_, i) =>
    Array.from({ length: n + 1 }, (__, j) => height([-REACH + i * step, -REACH + j * step])),
  );
  const low = Math.min(...heights.flat());
  const high = Math.max(...heights.flat());
  const pieces: [Point, Point][] = [];
  for (let k = 1; k <= 14; k++) {
    const level = low + (high - low) * (k / 15) ** 2;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) pieces.push(...cut(heights, i, j, level, step));
    }
  }
  return pieces;
}

/** Where one level crosses the border of one small square. */
function cut(
  heights: number[][],
  i: number,
  j: number,
  level: number,
  step: number,
): [Point, Point][] {
  const corners: [number, number][] = [
    [i, j],
    [i + 1, j],
    [i + 1, j + 1],
    [i, j + 1],
  ];
  const crossings: Point[] = [];
  corners.forEach(([a, b], c) => {
    const [d, e] = corners[(c + 1) % 4]!;
    const [from, to] = [heights[a]![b]!, heights[d]![e]!];
    if (from < level === to < level) return;
    const t = (level - from) / (to - from);
    crossings.push([-REACH + (a + t * (d - a)) * step, -REACH + (b + t * (e - b)) * step]);
  });
  const pairs: [Point, Point][] = [];
  for (let c = 0; c + 1 < crossings.length; c += 2) {
    pairs.push([crossings[c]!, crossings[c + 1]!]);
  }
  return pairs;
}
