/** Training on the four cases of XOR from a seed: the same steps for everybody. */

import { number } from '../../shared/dom.ts';
import {
  descend,
  type Example,
  gradients,
  judgeAll,
  type Layer,
  type Network,
  network,
  probability,
} from '../../shared/network.ts';

export type XorState = {
  /** Which random start, 1 … 10. */
  seed: number;
  /** Steps already taken. */
  step: number;
  /** Of the next step: 0 nothing done yet, 1 after forward, 2 after backward. */
  stage: number;
  rate: number;
  table: boolean;
  feedback: string | null;
};

/** −1 stands for false, 1 for true. */
export const CASES: Example[] = [
  { x: [-1, -1], y: 0 },
  { x: [-1, 1], y: 1 },
  { x: [1, -1], y: 1 },
  { x: [1, 1], y: 0 },
];

export const LIMIT = 2000;
export const CHOICES = ['all 10', '8 or 9', '5 to 7', 'fewer'];
const STARTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export const defaults: XorState = {
  seed: 1,
  step: 0,
  stage: 0,
  rate: 0.5,
  table: false,
  feedback: null,
};

/** The last network computed, so that going on from it is cheap. */
let last: { seed: number; rate: number; step: number; net: Network } | null = null;

function networkAt({ seed, rate, step }: XorState): Network {
  const goOn = last && last.seed === seed && last.rate === rate && last.step <= step;
  let net = goOn ? last!.net : network([2, 2, 1], 'tanh', seed);
  for (let i = goOn ? last!.step : 0; i < step; i++)
    net = descend(net, gradients(net, CASES), rate);
  last = { seed, rate, step, net };
  return net;
}

export function modelAt(state: XorState): {
  layers: Layer[];
  slopes: Layer[];
  say(x: number[]): number;
} {
  const net = networkAt(state);
  return {
    layers: net.layers,
    slopes: gradients(net, CASES),
    say: (x) => probability(net, x),
  };
}

export function outputs(state: XorState): number[] {
  const net = networkAt(state);
  return CASES.map(({ x }) => probability(net, x));
}

/** The first step from which all four are right; null if not within the limit. */
export function stepsUntilRight({ seed, rate }: Pick<XorState, 'seed' | 'rate'>): number | null {
  let net = network([2, 2, 1], 'tanh', seed);
  for (let step = 0; step <= LIMIT; step++) {
    if (judgeAll(net, CASES).right === 1) return step;
    net = descend(net, gradients(net, CASES), rate);
  }
  return null;
}

export function judge(choice: string): string {
  const counts = STARTS.map((seed) => stepsUntilRight({ seed, rate: defaults.rate }));
  const reached = counts.filter((count) => count !== null).sort((a, b) => a - b);
  const n = reached.length;
  const right = CHOICES[n === 10 ? 0 : n >= 8 ? 1 : n >= 5 ? 2 : 3];
  const opening = right === choice ? 'Yes' : `You said ${choice}`;
  const list = counts.map((count) => count ?? 'never').join(', ');
  return (
    `${opening}: ${n} of 10. Steps needed by start 1 to 10: ${list}. The number depends on the start ` +
    'more than on anything else, so one run proves little.'
  );
}

/** What has just happened, in words. */
export function describe(state: XorState): string {
  const net = networkAt(state);
  const { loss, right } = judgeAll(net, CASES);
  const head = `Start ${state.seed}, step ${state.step}: ${4 * right} of 4 right, loss ${number(loss, 3)}.`;
  if (state.stage === 1) {
    const p = outputs(state)
      .map((value) => number(value))
      .join(', ');
    return `${head} Forward: each case ran through the weights and gave p = ${p}.`;
  }
  if (state.stage === 2) {
    const { weights, biases } = gradients(net, CASES)[1]!;
    const slopes = [...weights[0]!, biases[0]!].map((value) => number(value, 3)).join(', ');
    return (
      `${head} Backward: the output's two weights and its bias have the slopes ${slopes}; the others ` +
      'are in the table. Nothing has moved yet.'
    );
  }
  const moved = state.step > 0 ? ' All nine parameters have moved against their slopes.' : '';
  return head + moved;
}
