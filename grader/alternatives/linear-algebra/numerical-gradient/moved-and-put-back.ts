/** Moves the entry in a copy of its own, and puts it back. */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const place = [...theta];
  const slopes: number[] = [];
  for (let i = 0; i < place.length; i++) {
    place[i] = theta[i]! + 1e-4;
    const above = f([...place]);
    place[i] = theta[i]! - 1e-4;
    const below = f([...place]);
    place[i] = theta[i]!;
    slopes.push((above - below) / 2e-4);
  }
  return slopes;
}
