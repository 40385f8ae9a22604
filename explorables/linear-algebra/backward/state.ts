/** One example through two hidden units and back: every value, every slope, in the order in which they come. */

import { number } from '../../shared/dom.ts';

/** w₁₁ w₂₁ b₁ (into hidden 1), w₁₂ w₂₂ b₂ (into hidden 2), v₁ v₂ c (into the output). */
export type Weights = [number, number, number, number, number, number, number, number, number];

export type BackwardState = {
  /** How far the pass has come, 0 … LAST. */
  at: number;
  x: [number, number];
  target: number;
  weights: Weights;
  table: boolean;
  feedback: string | null;
};

export const NAMES = ['w₁₁', 'w₂₁', 'b₁', 'w₁₂', 'w₂₂', 'b₂', 'v₁', 'v₂', 'c'];
export const CHOICES = ['w₁₁', 'w₂₂', 'v₁', 'v₂'];
const RATE = 0.1;
/** 1–4 forward (hidden 1, hidden 2, output, loss), 5–9 backward, 10 the update. */
export const LAST = 10;

/** Hidden 2 is nearly saturated: much goes forward through it, next to nothing comes back. */
export const defaults: BackwardState = {
  at: 0,
  x: [1, -0.5],
  target: 1,
  weights: [0.8, 0.6, 0, 1.5, -1.4, 0.2, 0.9, -0.7, 0.1],
  table: false,
  feedback: null,
};

export type Pass = {
  h: [number, number];
  y: number;
  loss: number;
  /** Slopes of the loss with y, with the hidden results, and before their tanh. */
  dy: number;
  dh: [number, number];
  dz: [number, number];
  /** In the order of the weights. */
  slopes: Weights;
  /** The weights after one step against their slopes, and the loss then. */
  moved: Weights;
  lossAfter: number;
};

function forward([x1, x2]: [number, number], w: Weights, target: number) {
  const h: [number, number] = [
    Math.tanh(w[0] * x1 + w[1] * x2 + w[2]),
    Math.tanh(w[3] * x1 + w[4] * x2 + w[5]),
  ];
  const y = w[6] * h[0] + w[7] * h[1] + w[8];
  return { h, y, loss: (y - target) ** 2 / 2 };
}

export function pass({ x, target, weights: w }: BackwardState): Pass {
  const { h, y, loss } = forward(x, w, target);
  const dy = y - target;
  const dh: [number, number] = [dy * w[6], dy * w[7]];
  const dz: [number, number] = [dh[0] * (1 - h[0] ** 2), dh[1] * (1 - h[1] ** 2)];
  const [z1, z2] = dz;
  const slopes: Weights = [
    z1 * x[0],
    z1 * x[1],
    z1,
    z2 * x[0],
    z2 * x[1],
    z2,
    dy * h[0],
    dy * h[1],
    dy,
  ];
  const moved = w.map((value, i) => value - RATE * slopes[i]!) as Weights;
  return { h, y, loss, dy, dh, dz, slopes, moved, lossAfter: forward(x, moved, target).loss };
}

/** What the prediction is answered with: about the state that the reader starts from. */
export function judge(choice: string): string {
  const { slopes, h } = pass(defaults);
  const sizes = CHOICES.map((name) => Math.abs(slopes[NAMES.indexOf(name)]!));
  const best = CHOICES[sizes.indexOf(Math.max(...sizes))]!;
  const list = CHOICES.map((name, i) => `${name} ${number(sizes[i]!, 3)}`).join(', ');
  const opening = choice === best ? `Yes, ${best}` : `You said ${choice}. It is ${best}`;
  return (
    `${opening} (sizes: ${list}). Its slope is what y lacks times h₂ = ${number(h[1])}, the larger of ` +
    'the two hidden results. What goes in behind hidden 2 hardly matters: its tanh is nearly flat ' +
    'there. Move the slider and follow it back.'
  );
}

/** The step of the pass in words, with its numbers. */
export function tell(state: BackwardState): string {
  const p = pass(state);
  const [x1, x2] = state.x.map((v) => number(v, 1));
  const n = (value: number) => number(value, 3);
  const s = p.slopes.map(n);
  const w = state.weights.map((v) => number(v));
  const lines = [
    'The input is here, the weights are set. Move the slider to the right.',
    `Forward: h₁ = tanh(${w[0]} · ${x1} + ${w[1]} · ${x2} + ${w[2]}) = ${n(p.h[0])}.`,
    `Forward: h₂ = tanh(${w[3]} · ${x1} + ${w[4]} · ${x2} + ${w[5]}) = ${n(p.h[1])}.`,
    `Forward: y = ${w[6]} · h₁ + ${w[7]} · h₂ + ${w[8]} = ${n(p.y)}.`,
    `Forward: the loss is (y − ${number(state.target, 0)})² / 2 = ${n(p.loss)}.`,
    `Backward: the loss grows with y at the rate y − ${number(state.target, 0)} = ${n(p.dy)}.`,
    `Backward: v₁ and v₂ get that times h₁ and h₂: ${s[6]} and ${s[7]}; c gets it whole.`,
    `Backward: through v₁ and v₂ it reaches h₁ and h₂: ${n(p.dh[0])} and ${n(p.dh[1])}.`,
    `Backward: each tanh lets 1 − h² of it through: ${n(1 - p.h[0] ** 2)} and ${n(1 - p.h[1] ** 2)} of it, so ${n(p.dz[0])} and ${n(p.dz[1])} remain.`,
    `Backward: times the inputs, these are the slopes of the first weights: ${s[0]}, ${s[1]} and ${s[3]}, ${s[4]}.`,
    `Update: all nine numbers move at once, by −${RATE} times their slope. The loss would go from ${n(p.loss)} to ${n(p.lossAfter)}; press “Take the step”.`,
  ];
  return lines[state.at]!;
}

/** Every number with its slope; a dash for what the pass has not reached yet. */
export function asRows(state: BackwardState): string[][] {
  const p = pass(state);
  const since = (step: number, value: number) => (state.at >= step ? number(value, 3) : '–');
  const reached = [9, 9, 9, 9, 9, 9, 6, 6, 6];
  return [
    ['x₁', number(state.x[0], 1), '–'],
    ['x₂', number(state.x[1], 1), '–'],
    ['h₁', since(1, p.h[0]), since(7, p.dh[0])],
    ['h₂', since(2, p.h[1]), since(7, p.dh[1])],
    ['y', since(3, p.y), since(5, p.dy)],
    ['loss', since(4, p.loss), since(5, 1)],
    ...NAMES.map((name, i) => [
      name,
      number(state.weights[i]!, 3),
      since(reached[i]!, p.slopes[i]!),
    ]),
  ];
}
