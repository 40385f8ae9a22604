/**
 * One step is missing: your list has `steps` places, with the start among them. The start costs no
 * step.
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  const places = [start];
  for (let step = 1; step < steps; step++) {
    const place = places.at(-1)!;
    const slopes = gradient(place);
    places.push(place.map((value, i) => value - rate * slopes[i]!));
  }
  return places;
}
