export function dotProduct(a: number[], b: number[]): number {
  if (a.length !== b.length) {
    throw new Error(`No dot product of ${a.length} and ${b.length} numbers.`);
  }
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
