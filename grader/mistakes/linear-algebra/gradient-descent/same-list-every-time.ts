/**
 * Your list holds the *same* array many times, so all places look like the last one: changing it
 * also changes the past. Push a copy, `[...place]`, or build a new list with `map`.
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  const place = [...start];
  const places = [place];
  for (let step = 0; step < steps; step++) {
    const slopes = gradient([...place]);
    for (const [i, slope] of slopes.entries()) place[i]! -= rate * slope;
    places.push(place);
  }
  return places;
}
