/**
 * You move the first entry, then ask for the gradient again and move the second: the second slope
 * belongs to a place where the first entry has already moved. All slopes come from the *old* place,
 * then everything moves at once. (Networks are trained like this too: all gradients from the old
 * weights, then one update, never layer by layer.)
 */
export function descend(
  gradient: (place: number[]) => number[],
  start: number[],
  rate: number,
  steps: number,
): number[][] {
  const places = [start];
  for (let step = 0; step < steps; step++) {
    const place = [...places.at(-1)!];
    for (let i = 0; i < place.length; i++) place[i]! -= rate * gradient([...place])[i]!;
    places.push(place);
  }
  return places;
}
