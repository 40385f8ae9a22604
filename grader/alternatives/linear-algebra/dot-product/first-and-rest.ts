/** The first product plus the dot product of what is left. */
export function dotProduct([a, ...as]: number[], [b, ...bs]: number[]): number {
  if (a === undefined && b === undefined) return 0;
  if (a === undefined || b === undefined) throw new Error('One list is longer.');
  return a * b + dotProduct(as, bs);
}
