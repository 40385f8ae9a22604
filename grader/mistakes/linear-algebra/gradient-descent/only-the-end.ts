/**
 * You give the place where the walk ends. Right place, but the whole path was asked for: a list of
 * places, the start first.
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  let place = start;
  for (let step = 0; step < steps; step++) {
    const slopes = gradient(place);
    place = place.map((value, i) => value - rate * slopes[i]!);
  }
  return [place];
}
