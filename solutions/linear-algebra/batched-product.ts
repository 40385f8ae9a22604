export function productShape(a: number[], b: number[]): number[] {
  if (a.at(-1) !== b.at(-2)) throw new Error(`${a.at(-1)} columns meet ${b.at(-2)} rows.`);
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const count = Math.max(left.length, right.length);
  const leading = Array.from({ length: count }, (_, i) => {
    const x = left.at(i - count) ?? 1;
    const y = right.at(i - count) ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`${x} and ${y} do not fit.`);
    return x === 1 ? y : x;
  });
  return [...leading, a.at(-2)!, b.at(-1)!];
}
