/** Two chords of different lengths, combined so that their errors cancel (Richardson). */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const chord = (i: number, h: number) =>
    (f(theta.with(i, theta[i]! + h)) - f(theta.with(i, theta[i]! - h))) / (2 * h);
  return theta.map((_, i) => (4 * chord(i, 5e-4) - chord(i, 1e-3)) / 3);
}
