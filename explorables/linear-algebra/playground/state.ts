/** Data sets and settings of the playground. */

import type { Activation, Example } from '../../shared/network.ts';
import { normals, uniforms } from '../../shared/random.ts';

export type DataName = 'circle' | 'xor' | 'gaussians' | 'spiral';

export type PlaygroundState = {
  data: DataName;
  /** Units of each hidden layer. */
  hidden: number[];
  activation: Activation;
  rate: number;
  seed: number;
  /** How long to train: a link leads to the same network again. */
  epoch: number;
  /** The unit whose own picture is shown, [layer, index]; null for the output. */
  unit: [number, number] | null;
  table: boolean;
  feedback: string | null;
};

export const defaults: PlaygroundState = {
  data: 'circle',
  hidden: [3],
  activation: 'tanh',
  rate: 0.1,
  seed: 1,
  epoch: 0,
  unit: null,
  table: false,
  feedback: null,
};

export const DATA: Record<DataName, string> = {
  circle: 'circle',
  xor: 'XOR',
  gaussians: 'two Gaussians',
  spiral: 'spiral',
};
export const SHAPES = [[], [1], [2], [3], [4], [8], [4, 4], [8, 8], [8, 8, 8]];
export const ACTIVATIONS: Activation[] = ['tanh', 'ReLU', 'sigmoid', 'none'];
export const RATES = [0.01, 0.03, 0.1, 0.3, 1, 3];
export const CHOICES = [1, 2, 3, 4];
export const REACH = 1.25;
/** Examples of each data set. */
const COUNT = 160;

/** Always the same points: the seed is for the weights. */
export function examplesOf(data: DataName): Example[] {
  const [uniform, normal] = [uniforms(77), normals(78)];
  return Array.from({ length: COUNT }, (_, i): Example => {
    const y = i % 2;
    if (data === 'gaussians') {
      const middle = y === 0 ? -0.5 : 0.5;
      return { x: [middle + 0.22 * normal(), middle + 0.22 * normal()].map(inside), y };
    }
    if (data === 'circle') {
      const radius = y === 1 ? 0.45 * Math.sqrt(uniform()) : 0.7 + 0.35 * uniform();
      const angle = 2 * Math.PI * uniform();
      return { x: [radius * Math.cos(angle), radius * Math.sin(angle)], y };
    }
    if (data === 'xor') {
      const [a, b] = [0.08 + 0.95 * uniform(), 0.08 + 0.95 * uniform()];
      const left = uniform() < 0.5 ? -1 : 1;
      return { x: [left * a, (y === 1 ? -left : left) * b], y };
    }
    const t = Math.floor(i / 2) / (COUNT / 2);
    const [radius, angle] = [0.1 + 0.95 * t, 2.6 * Math.PI * t + Math.PI * y];
    const noise = () => 0.02 * normal();
    return { x: [radius * Math.sin(angle) + noise(), radius * Math.cos(angle) + noise()], y };
  });
}

const inside = (v: number): number => Math.max(-1.2, Math.min(1.2, v));

/** Measured by the tests: two units never enclose the points, three do from most starts. */
export function judge(choice: number): string {
  const opening = choice === 3 ? 'Yes, 3' : `You said ${choice}. It is 3`;
  return (
    `${opening}: each unit draws one straight line, and it takes three lines to close a triangle. ` +
    'From some starts two of the three lines fall together and it fails; try another start then. ' +
    `Press Run and see what ${choice} can do.`
  );
}
