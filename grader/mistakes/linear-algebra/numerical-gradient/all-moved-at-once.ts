/**
 * You move *all* entries together, so every slope you report is the same: that of walking
 * diagonally. A partial derivative moves one entry and holds the others still.
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const h = 1e-5;
  const up = f(theta.map((value) => value + h));
  const down = f(theta.map((value) => value - h));
  return theta.map(() => (up - down) / (2 * h));
}
