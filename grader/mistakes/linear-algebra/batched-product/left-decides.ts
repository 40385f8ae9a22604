/**
 * You keep the leading sizes of the left tensor and never look at those of the right. With
 * [2, 3] · [5, 3, 4] five products are made, and [3, 5, 6] · [2, 6, 7] is an error.
 */
export function productShape(a: number[], b: number[]): number[] {
  if (a.at(-1) !== b.at(-2)) throw new Error('inner');
  return [...a.slice(0, -1), b.at(-1)!];
}
