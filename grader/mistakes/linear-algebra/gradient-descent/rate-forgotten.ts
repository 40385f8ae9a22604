/**
 * The learning rate is nowhere in your step, so you always go the whole slope. On x² that jumps from
 * x to −x and back for ever.
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  _rate: number,
  steps: number,
): number[][] {
  const places = [start];
  for (let step = 0; step < steps; step++) {
    const place = places.at(-1)!;
    const slopes = gradient(place);
    places.push(place.map((value, i) => value - slopes[i]!));
  }
  return places;
}
