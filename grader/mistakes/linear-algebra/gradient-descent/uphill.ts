/**
 * You walk *up* the gradient: it points where f grows fastest. To go down, go the other way.
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  const places = [start];
  for (let step = 0; step < steps; step++) {
    const place = places.at(-1)!;
    const slopes = gradient(place);
    places.push(place.map((value, i) => value + rate * slopes[i]!));
  }
  return places;
}
