/**
 * You ask for the gradient once, at the start, and walk on in that direction blindly. The slope
 * changes with the place: ask again before every step.
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  const slopes = gradient(start);
  const places = [start];
  for (let step = 0; step < steps; step++) {
    places.push(places.at(-1)!.map((value, i) => value - rate * slopes[i]!));
  }
  return places;
}
