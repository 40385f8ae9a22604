/**
 * All signs are turned: you subtract the result *above* from the result *below*. Where f grows, the
 * slope is positive.
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const h = 1e-5;
  return theta.map((v, i) => (f(theta.with(i, v - h)) - f(theta.with(i, v + h))) / (2 * h));
}
