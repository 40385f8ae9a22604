/**
 * You keep the inner size k. It is summed away: each row of k numbers becomes one number per column
 * of the right matrix.
 */
export function productShape(a: number[], b: number[]): number[] {
  if (a.at(-1) !== b.at(-2)) throw new Error('inner');
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const count = Math.max(left.length, right.length);
  const leading = Array.from({ length: count }, (_, i) => {
    const [x, y] = [left.at(i - count) ?? 1, right.at(i - count) ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw new Error('leading');
    return x === 1 ? y : x;
  });
  return [...leading, a.at(-2)!, a.at(-1)!, b.at(-1)!];
}
