/** The start, and then the descent from the next place with one step less. */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  if (steps === 0) return [start];
  const slopes = gradient(start);
  const next = start.map((value, i) => value - rate * slopes[i]!);
  return [start, ...descend(gradient, next, rate, steps - 1)];
}
