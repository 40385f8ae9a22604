/** The list of places is all there is: the next place comes from its last one. */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  const places = [start];
  while (places.length <= steps) {
    const next = [...places.at(-1)!];
    for (const [i, slope] of gradient([...next]).entries()) next[i]! -= rate * slope;
    places.push(next);
  }
  return places;
}
