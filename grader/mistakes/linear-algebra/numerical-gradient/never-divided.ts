/**
 * You give the *difference* of the two results. It depends on how far you stepped; a slope is the
 * difference *per distance*. Divide.
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const h = 1e-5;
  return theta.map((v, i) => f(theta.with(i, v + h)) - f(theta.with(i, v - h)));
}
