/**
 * You never compare the last size of `a` with the last but one of `b`. These two meet in the dot
 * products and must be equal; they are the one pair that never stretches.
 */
export function productShape(a: number[], b: number[]): number[] {
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const count = Math.max(left.length, right.length);
  const leading = Array.from({ length: count }, (_, i) => {
    const [x, y] = [left.at(i - count) ?? 1, right.at(i - count) ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw new Error('leading');
    return x === 1 ? y : x;
  });
  return [...leading, a.at(-2)!, b.at(-1)!];
}
