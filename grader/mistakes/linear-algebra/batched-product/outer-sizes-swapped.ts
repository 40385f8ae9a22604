/**
 * The last two sizes stand the wrong way round. Rows of the result come from the left matrix,
 * columns from the right one: `[m, k] · [k, n] → [m, n]`.
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
  return [...leading, b.at(-1)!, a.at(-2)!];
}
