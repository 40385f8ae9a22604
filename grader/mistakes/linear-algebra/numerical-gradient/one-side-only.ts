/**
 * You step to one side only. On a curve that measures the slope half a step away: at the bottom of a
 * valley you find a slope where there is none. Step up *and* down, and divide by the whole distance.
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const h = 1e-5;
  const here = f(theta);
  return theta.map((value, i) => (f(theta.with(i, value + h)) - here) / h);
}
