export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const h = 1e-5;
  const moved = (i: number, by: number) => theta.map((value, j) => (j === i ? value + by : value));
  return theta.map((_, i) => (f(moved(i, h)) - f(moved(i, -h))) / (2 * h));
}
