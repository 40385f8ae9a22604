/**
 * All your slopes are twice too large. From h below to h above, how far is it?
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const h = 1e-5;
  return theta.map((v, i) => (f(theta.with(i, v + h)) - f(theta.with(i, v - h))) / h);
}
