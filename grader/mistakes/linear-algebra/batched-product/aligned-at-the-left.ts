/**
 * You compare the leading sizes from the left. They are aligned at the *right*, next to the
 * matrices: in [7, 3, m, k] · [3, k, n] the 3 meets the 3, and the 7 stands alone.
 */
export function productShape(a: number[], b: number[]): number[] {
  if (a.at(-1) !== b.at(-2)) throw new Error('inner');
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const leading = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const [x, y] = [left[i] ?? 1, right[i] ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw new Error('leading');
    return x === 1 ? y : x;
  });
  return [...leading, a.at(-2)!, b.at(-1)!];
}
