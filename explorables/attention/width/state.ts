/** Five random keys and a query whose width can be chosen: the numbers behind the picture. */

import { normals } from '../../shared/random.ts';

export type WidthState = {
  /** log₂ of the width d, so that a slider can move by doublings. */
  doublings: number;
  /** Scores divided by √d? */
  scaled: boolean;
  /** Which random vectors. */
  seed: number;
  table: boolean;
  feedback: string | null;
};

export type WidthRow = { name: string; score: number; weight: number; slope: number };

export const NAMES = ['a', 'b', 'c', 'd', 'e'];
const WIDEST = 1024;
export const CHOICES = ['about 0.2', 'about 0.4', 'about 0.7', 'nearly 1'];

/** Seed 91 is a draw in which the collapse comes step by step; others jump more. */
export const defaults: WidthState = {
  doublings: 2,
  scaled: false,
  seed: 91,
  table: false,
  feedback: null,
};

const draw = (seed: number) => Array.from({ length: WIDEST }, normals(seed));

let drawn: { seed: number; products: number[][] } | null = null;

/** For every key the products qᵢkᵢ: the score at width d is the sum of the first d of them. */
function productsOf(seed: number): number[][] {
  if (drawn?.seed !== seed) {
    const query = draw(1000 * seed);
    const products = NAMES.map((_, i) => draw(1000 * seed + i + 1).map((k, j) => k * query[j]!));
    drawn = { seed, products };
  }
  return drawn.products;
}

/** Scores, softmax weights, and each weight's slope p(1 − p) with respect to its own score. */
export function weigh({ doublings, scaled, seed }: WidthState): WidthRow[] {
  const width = 2 ** doublings;
  const divisor = scaled ? Math.sqrt(width) : 1;
  const scores = productsOf(seed).map(
    (terms) => terms.slice(0, width).reduce((sum, term) => sum + term, 0) / divisor,
  );
  const highest = Math.max(...scores);
  const parts = scores.map((score) => Math.exp(score - highest));
  const total = parts.reduce((a, b) => a + b, 0);
  return scores.map((score, i) => {
    const weight = parts[i]! / total;
    return { name: NAMES[i]!, score, weight, slope: weight * (1 - weight) };
  });
}

export const largest = (rows: WidthRow[]): WidthRow =>
  rows.reduce((a, b) => (b.weight > a.weight ? b : a));

/** The answer to the prediction about d = 1024 without division. */
export function judge(choice: string, seed: number): string {
  const rows = weigh({ ...defaults, seed, doublings: Math.log2(WIDEST) });
  const scores = rows.map((row) => row.score);
  const weight = largest(rows).weight;
  const nearest = [0.2, 0.4, 0.7, 1].map((value) => Math.abs(value - weight));
  const right = CHOICES[nearest.indexOf(Math.min(...nearest))];
  const opening = right === choice ? 'Yes' : `You said ${choice}`;
  return (
    `${opening}: at d = 1024 it is ${weight.toFixed(2)}. The scores lie between ` +
    `${Math.min(...scores).toFixed(0)} and ${Math.max(...scores).toFixed(0)}, and the softmax ` +
    'turns a lead of a few points into nearly everything. Now divide by √d.'
  ).replaceAll('-', '−');
}
