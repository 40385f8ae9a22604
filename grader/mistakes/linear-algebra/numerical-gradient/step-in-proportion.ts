/**
 * Your step is a fraction of the entry itself. A clever thought for very large entries, but for an
 * entry of 0 the step is 0 and you divide 0 by 0; and for small ones rounding takes over. Use a step
 * that never vanishes.
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  return theta.map((v, i) => {
    const h = 1e-14 * v;
    return (f(theta.with(i, v + h)) - f(theta.with(i, v - h))) / (2 * h);
  });
}
