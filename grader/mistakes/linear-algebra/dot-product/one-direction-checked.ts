/**
 * You notice when `b` is too short, but not when it is too long. Different is different: one
 * comparison with `!==` covers both.
 */
export function dotProduct(a: number[], b: number[]): number {
  if (b.length < a.length) throw new Error('lengths');
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
