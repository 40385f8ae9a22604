/**
 * **Downhill.** Start at `start` and take `steps` steps of gradient descent. In each step ask for
 * the gradient where you stand, then move every entry against its slope: the new entry is the old
 * one minus `rate` times the slope. Keep every place you have been to.
 *
 * @param gradient takes a place `[n]`, gives the gradient there, `[n]`
 * @param start `[n]`
 * @param rate the learning rate η
 * @param steps how many steps to take, 0 or more
 * @returns `[steps + 1, n]`: the start, then the place after each step
 *
 * @example descend(([x]) => [2 * x], [8], 0.25, 3)               // [[8], [4], [2], [1]]
 * @example descend(([x, y]) => [y, x], [1, 3], 1, 1)             // [[1, 3], [-2, 2]]
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  return [start]; // replace this
}
