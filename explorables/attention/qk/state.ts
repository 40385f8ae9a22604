/** The numbers behind the picture: plain data in, plain data out. */

import type { Point } from '../../shared/point.ts';

export type KeyValue = { name: string; key: Point; value: Point };

/** All that the page keeps for the reader; a notebook's fence may give any part of it. */
export type QkState = {
  query: Point;
  keys: KeyValue[];
  /** What scores are divided by before the softmax; √2 is attention's own choice for d = 2. */
  divisor: number;
  /** Keys at length 1: only their angle to the query counts. */
  unitKeys: boolean;
  table: boolean;
  /** What was said about the reader's prediction; null until there is one. */
  feedback: string | null;
};

export type Row = {
  name: string;
  key: Point;
  value: Point;
  dot: number;
  /** NaN where query or key has no length. */
  cosine: number;
  score: number;
  weight: number;
};

/**
 * `a` points exactly where the query points but is short, `b` is long and 42° off, `c` stands
 * at a right angle, `d` points away: the reader who goes by angle alone is surprised.
 */
export const defaults: QkState = {
  query: [1.4, 1],
  keys: [
    { name: 'a', key: [0.7, 0.5], value: [-2, 1.5] },
    { name: 'b', key: [2.6, -0.3], value: [1.5, 2] },
    { name: 'c', key: [-1.5, 2.1], value: [2, -1.25] },
    { name: 'd', key: [-1.6, -1], value: [-1.25, -2] },
  ],
  divisor: Math.SQRT2,
  unitKeys: false,
  table: false,
  feedback: null,
};

const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1];
export const length = (a: Point): number => Math.hypot(a[0], a[1]);

/** The key as attention sees it: at length 1 where that is asked. */
function effectiveKey(key: Point, unit: boolean): Point {
  const size = length(key);
  return unit && size > 0 ? [key[0] / size, key[1] / size] : key;
}

/** softmax(q·K / divisor) and the weighted sum of the values. */
export function attend(state: QkState): { rows: Row[]; context: Point } {
  const rows = state.keys.map(({ name, key, value }): Row => {
    const seen = effectiveKey(key, state.unitKeys);
    const product = dot(state.query, seen);
    const cosine = product / (length(state.query) * length(seen));
    return {
      name,
      key: seen,
      value,
      dot: product,
      cosine,
      score: product / state.divisor,
      weight: 0,
    };
  });
  const highest = Math.max(...rows.map((row) => row.score));
  let total = 0;
  for (const row of rows) {
    row.weight = Math.exp(row.score - highest);
    total += row.weight;
  }
  const context: Point = [0, 0];
  for (const row of rows) {
    row.weight /= total;
    context[0] += row.weight * row.value[0];
    context[1] += row.weight * row.value[1];
  }
  return { rows, context };
}

/** Every row whose weight is the largest one, up to what two decimals show. */
export function heaviest(rows: Row[]): Row[] {
  const most = Math.max(...rows.map((row) => row.weight));
  return rows.filter((row) => most - row.weight < 0.005);
}

/** The answer to a prediction, with its reason. */
export function judge(choice: string, rows: Row[]): string {
  const best = heaviest(rows);
  const names = best.map((row) => row.name).join(' and ');
  const weight = best[0]?.weight.toFixed(2);
  const right = best.some((row) => row.name === choice);
  const opening = right ? `Yes, ${choice}` : `You said ${choice}. It is ${names}`;
  const verdict =
    best.length > 1
      ? `${opening}: ${names} weigh the same, ${weight} each.`
      : `${opening}, with a weight of ${weight}.`;
  const closest = rows.reduce((a, b) => (b.cosine > a.cosine ? b : a), rows[0]!);
  const winner = best[0]!;
  const reason =
    closest.weight < winner.weight
      ? `${closest.name} points closest to the query (cosine ${closest.cosine.toFixed(2)} against ` +
        `${winner.cosine.toFixed(2)}), but ${winner.name} is longer, and the dot product ` +
        'counts length as well as angle.'
      : 'It has the largest dot product with the query, and nothing else counts.';
  return `${verdict} ${reason}`;
}
