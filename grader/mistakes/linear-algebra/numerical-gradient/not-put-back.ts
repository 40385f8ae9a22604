/**
 * You move an entry and leave it there, so from the second entry on you measure at another place
 * than the one you were asked about. Put each entry back, or move it in a copy.
 */
export function numericalGradient(f: (theta: number[]) => number, theta: number[]): number[] {
  const h = 1e-3;
  const place = [...theta];
  return theta.map((_, i) => {
    place[i]! += h;
    const above = f([...place]);
    place[i]! -= 2 * h;
    return (above - f([...place])) / (2 * h);
  });
}
