/**
 * You made the gradient one unit long, so every step has the length `rate`. Plain gradient descent
 * takes long steps where it is steep and short ones where it is flat; that is how it comes to rest.
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
    const length = Math.hypot(...slopes) || 1;
    places.push(place.map((value, i) => value - (rate * slopes[i]!) / length));
  }
  return places;
}
