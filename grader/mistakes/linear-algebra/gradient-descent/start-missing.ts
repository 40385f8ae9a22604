/**
 * The start is missing from your list. It is the first place of the path, so n steps make n + 1
 * places.
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  const places = [];
  let place = start;
  for (let step = 0; step < steps; step++) {
    const slopes = gradient(place);
    place = place.map((value, i) => value - rate * slopes[i]!);
    places.push(place);
  }
  return places;
}
