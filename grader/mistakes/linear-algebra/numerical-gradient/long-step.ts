/**
 * Your step is too long: on a curve the chord between two far-off points is not the tangent. For x³
 * the error is h², so h = 0.01 spoils the fourth digit.
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const h = 0.01;
  return theta.map((v, i) => (f(theta.with(i, v + h)) - f(theta.with(i, v - h))) / (2 * h));
}
