/**
 * You divided by the lengths of the two lists as arrows: that is the cosine of the angle between
 * them, and it comes later in this chapter. The dot product keeps the lengths: twice as long gives
 * twice as much. (And two empty lists have no length to divide by.)
 */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  const sum = a.reduce((total, value, i) => total + value * b[i]!, 0);
  return sum / (Math.hypot(...a) * Math.hypot(...b));
}
