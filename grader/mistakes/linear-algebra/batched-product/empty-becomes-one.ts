/**
 * All right but for one case: a batch of size 0 against a 1. Your `Math.max` turns *no matrices*
 * into one. The size that is *not* 1 wins, and 0 is not 1.
 */
export function productShape(a: number[], b: number[]): number[] {
  if (a.at(-1) !== b.at(-2)) throw new Error('inner');
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const count = Math.max(left.length, right.length);
  const leading = Array.from({ length: count }, (_, i) => {
    const [x, y] = [left.at(i - count) ?? 1, right.at(i - count) ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw new Error('leading');
    return Math.max(x, y);
  });
  return [...leading, a.at(-2)!, b.at(-1)!];
}
