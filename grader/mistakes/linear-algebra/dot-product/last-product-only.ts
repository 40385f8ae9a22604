/**
 * Your result is the last product alone: each turn of the loop replaces what was there. Look at the
 * operator in the line inside the loop: does it set, or does it add?
 */
export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum = a[i]! * b[i]!;
  return sum;
}
