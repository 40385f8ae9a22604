/**
 * You let the inner sizes broadcast too, so that [m, 1] · [k, n] passes. A dot product of 1 and k
 * numbers does not exist: the rule with the 1 is for the leading sizes only.
 */
export function productShape(a: number[], b: number[]): number[] {
  const fit = (x: number, y: number) => {
    if (x !== y && x !== 1 && y !== 1) throw new Error('sizes');
    return x === 1 ? y : x;
  };
  fit(a.at(-1)!, b.at(-2)!);
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const count = Math.max(left.length, right.length);
  const leading = Array.from({ length: count }, (_, i) =>
    fit(left.at(i - count) ?? 1, right.at(i - count) ?? 1),
  );
  return [...leading, a.at(-2)!, b.at(-1)!];
}
