/**
 * **Feel the slope.** Find out how steeply `f` rises in each direction by trying: move one entry of
 * `theta` a little up, then a little down, and divide the difference of the two results by the
 * distance between the two places. All other entries stay where they are.
 *
 * The result must be right to four digits for smooth functions with entries and slopes of everyday
 * size (0.01 to 100): choose the little step accordingly.
 *
 * @param f takes a list of n numbers, gives one number
 * @param theta `[n]`, the place at which the slopes are wanted
 * @returns `[n]`: entry i says how fast `f` grows with entry i of `theta`
 *
 * @example numericalGradient(([x, y]) => 3 * x - 2 * y, [5, 7])    // [3, -2] (nearly)
 * @example numericalGradient(([x, y]) => x * x * y, [3, 10])       // [60, 9] (nearly)
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  return theta; // replace this
}
