/**
 * The larger size wins in your answer, whatever the smaller one is. But 4 and 2 do not fit at all:
 * only a 1 may be repeated. (And 0 against 1 is 0: no matrix, repeated, is still none.)
 */
export function productShape(a: number[], b: number[]): number[] {
  if (a.at(-1) !== b.at(-2)) throw new Error('inner');
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const count = Math.max(left.length, right.length);
  const leading = Array.from({ length: count }, (_, i) =>
    Math.max(left.at(i - count) ?? 1, right.at(i - count) ?? 1),
  );
  return [...leading, a.at(-2)!, b.at(-1)!];
}
