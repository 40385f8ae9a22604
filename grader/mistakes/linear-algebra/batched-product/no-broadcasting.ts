/**
 * You ask for exactly equal leading sizes. Too strict: a 1, or a size that is missing, is repeated
 * as often as the other tensor needs it. That is how one weight matrix serves a whole batch.
 */
export function productShape(a: number[], b: number[]): number[] {
  if (a.at(-1) !== b.at(-2)) throw new Error('inner');
  if (String(a.slice(0, -2)) !== String(b.slice(0, -2))) throw new Error('leading');
  return [...a.slice(0, -1), b.at(-1)!];
}
