/** The shorter list of leading sizes is filled up with ones first. */
export function productShape(a: number[], b: number[]): number[] {
  const [m, k] = a.slice(-2) as [number, number];
  const [rows, n] = b.slice(-2) as [number, number];
  if (k !== rows) throw new Error('inner sizes differ');
  const length = Math.max(a.length, b.length);
  const pad = (shape: number[]) => [...Array<number>(length - shape.length).fill(1), ...shape];
  const [left, right] = [pad(a), pad(b)];
  const sizes: number[] = [];
  for (let i = 0; i < length - 2; i++) {
    const different = new Set([left[i]!, right[i]!]);
    if (different.size === 2 && !different.delete(1)) throw new Error('leading sizes differ');
    sizes.push(...different);
  }
  return [...sizes, m, n];
}
