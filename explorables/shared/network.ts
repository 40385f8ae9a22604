/** A small fully connected network in plain numbers: forward, backward, one step of descent. */

import { normals } from './random.ts';

export type Activation = 'tanh' | 'ReLU' | 'sigmoid' | 'none';

/** One layer: `weights[j][i]` leads from unit i of the layer before to unit j. */
export type Layer = { weights: number[][]; biases: number[] };

export type Network = { layers: Layer[]; activation: Activation };

/** An example: where it lies, and 1 or 0 for its class. */
export type Example = { x: number[]; y: number };

const FUNCTIONS: Record<Activation, (z: number) => number> = {
  tanh: Math.tanh,
  ReLU: (z) => Math.max(0, z),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  none: (z) => z,
};

/** Slopes by what the function gave: tanh' = 1 − a² and so on. */
const SLOPES: Record<Activation, (a: number) => number> = {
  tanh: (a) => 1 - a * a,
  ReLU: (a) => (a > 0 ? 1 : 0),
  sigmoid: (a) => a * (1 - a),
  none: () => 1,
};

/** @param sizes units per layer, inputs first, the output last */
export function network(sizes: number[], activation: Activation, seed: number): Network {
  const normal = normals(seed);
  const layers = sizes.slice(1).map((units, l) => ({
    weights: Array.from({ length: units }, () =>
      Array.from({ length: sizes[l]! }, () => normal() / Math.sqrt(sizes[l]!)),
    ),
    biases: Array.from({ length: units }, () => 0.1 * normal()),
  }));
  return { layers, activation };
}

export const countParameters = ({ layers }: Network): number =>
  layers.reduce((n, { weights, biases }) => n + biases.length * (weights[0]!.length + 1), 0);

/** What every unit gives, layer by layer, the input first; the last is a score, not squashed. */
export function activations({ layers, activation }: Network, x: number[]): number[][] {
  const all = [x];
  layers.forEach(({ weights, biases }, l) => {
    const before = all[l]!;
    const squash = l === layers.length - 1 ? FUNCTIONS.none : FUNCTIONS[activation];
    all.push(
      weights.map((row, j) => {
        let z = biases[j]!;
        for (let i = 0; i < row.length; i++) z += row[i]! * before[i]!;
        return squash(z);
      }),
    );
  });
  return all;
}

/** How likely class 1 is: the sigmoid of the last score. */
export const probability = (net: Network, x: number[]): number =>
  FUNCTIONS.sigmoid(activations(net, x).at(-1)![0]!);

/** −ln of what was given to the true class, computed from the score so that nothing overflows. */
const crossEntropy = (score: number, y: number): number =>
  Math.max(score, 0) - score * y + Math.log1p(Math.exp(-Math.abs(score)));

/** Mean cross-entropy and the share of examples on the right side. */
export function judgeAll(net: Network, examples: Example[]): { loss: number; right: number } {
  let [loss, right] = [0, 0];
  for (const { x, y } of examples) {
    const score = activations(net, x).at(-1)![0]!;
    loss += crossEntropy(score, y);
    if (score > 0 === (y === 1)) right += 1;
  }
  return { loss: loss / examples.length, right: right / examples.length };
}

/** The slopes of the mean loss: like the layers themselves, one number for each of theirs. */
export function gradients(net: Network, examples: Example[]): Layer[] {
  const sums = net.layers.map(({ weights, biases }) => ({
    weights: weights.map((row) => row.map(() => 0)),
    biases: biases.map(() => 0),
  }));
  for (const { x, y } of examples) {
    const all = activations(net, x);
    // of sigmoid and cross-entropy together the slope is simply p − y
    let slopes = [(FUNCTIONS.sigmoid(all.at(-1)![0]!) - y) / examples.length];
    for (let l = net.layers.length - 1; l >= 0; l--) {
      const before = all[l]!;
      const { weights } = net.layers[l]!;
      const handed = before.map(() => 0);
      slopes.forEach((slope, j) => {
        sums[l]!.biases[j]! += slope;
        for (let i = 0; i < before.length; i++) {
          sums[l]!.weights[j]![i]! += slope * before[i]!;
          handed[i]! += slope * weights[j]![i]!;
        }
      });
      slopes = handed.map((slope, i) => slope * SLOPES[net.activation](before[i]!));
    }
  }
  return sums;
}

/** Against the slopes, all at once. */
export function descend({ layers, activation }: Network, slopes: Layer[], rate: number): Network {
  return {
    activation,
    layers: layers.map(({ weights, biases }, l) => ({
      weights: weights.map((row, j) => row.map((w, i) => w - rate * slopes[l]!.weights[j]![i]!)),
      biases: biases.map((b, j) => b - rate * slopes[l]!.biases[j]!),
    })),
  };
}

/** One pass over all examples in batches of ten. */
export function epoch(net: Network, examples: Example[], rate: number): Network {
  let next = net;
  for (let at = 0; at < examples.length; at += 10) {
    next = descend(next, gradients(next, examples.slice(at, at + 10)), rate);
  }
  return next;
}
