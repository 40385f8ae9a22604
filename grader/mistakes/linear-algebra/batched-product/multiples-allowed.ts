/**
 * You let a size repeat if it divides the other one, so that 2 stretches to 4. It would be unclear
 * how (a b a b, or a a b b?), so the rule knows no repetition but that of a single 1.
 */
export function productShape(a: number[], b: number[]): number[] {
  if (a.at(-1) !== b.at(-2)) throw new Error('inner');
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const count = Math.max(left.length, right.length);
  const leading = Array.from({ length: count }, (_, i) => {
    const [x, y] = [left.at(i - count) ?? 1, right.at(i - count) ?? 1];
    if (x !== y && x % y !== 0 && y % x !== 0) throw new Error('leading');
    return x === 1 ? y : y === 1 ? x : Math.max(x, y);
  });
  return [...leading, a.at(-2)!, b.at(-1)!];
}
