/** Curves and their slopes. */

import { number } from '../../shared/dom.ts';

export type CurveName = 'parabola' | 'cubic' | 'sine' | 'kink';

export type TangentState = {
  curve: CurveName;
  x: number;
  /** How far away the chord's second point is. */
  h: number;
  table: boolean;
  feedback: string | null;
};

/** `slope` is null where a curve has none. */
type Curve = { title: string; f(x: number): number; slope(x: number): number | null };

export const CURVES: Record<CurveName, Curve> = {
  parabola: { title: 'x² / 2', f: (x) => (x * x) / 2, slope: (x) => x },
  cubic: { title: 'x³ / 3 − x', f: (x) => x ** 3 / 3 - x, slope: (x) => x * x - 1 },
  sine: { title: 'sin x', f: Math.sin, slope: Math.cos },
  kink: { title: '|x|', f: Math.abs, slope: (x) => (x === 0 ? null : Math.sign(x)) },
};

export const REACH = 3;
export const CHOICES = ['2°', '45°', '63.4°', '90°'];

export const defaults: TangentState = {
  curve: 'parabola',
  x: -1,
  h: 2,
  table: false,
  feedback: null,
};

/** Slope of the line from the point at x to that at x + h. */
export function chord({ curve, x, h }: TangentState): number {
  const { f } = CURVES[curve];
  return (f(x + h) - f(x)) / h;
}

/** In degrees. */
export const angle = (slope: number): number => (Math.atan(slope) * 180) / Math.PI;

export function judge(choice: string): string {
  const degrees = angle(CURVES.parabola.slope(2)!).toFixed(1);
  const opening = choice === `${degrees}°` ? `Yes, ${degrees}°` : `You said ${choice}`;
  return (
    `${opening}: a slope of 2 is two up for one to the right, and the tangent of ${degrees}° is 2. ` +
    'Slope 1 is 45°; at 90° the slope would be infinite.'
  );
}

export function tell(state: TangentState): string {
  const slope = CURVES[state.curve].slope(state.x);
  const between = chord(state);
  const line = `At x = ${number(state.x)} the chord over h = ${number(state.h, 3)} has the slope ${number(between, 3)}`;
  if (slope === null) {
    return `${line}. There is no tangent here: from the left every chord has the slope −1, from the right 1.`;
  }
  return `${line}, the tangent ${number(slope, 3)}, which is an angle of ${number(angle(slope), 1)}°.`;
}
