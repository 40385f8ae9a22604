/** Takes sizes off both ends until nothing is left. */
export function productShape(a: number[], b: number[]): number[] {
  const [left, right] = [[...a], [...b]];
  const [k, m, n, rows] = [left.pop(), left.pop()!, right.pop()!, right.pop()];
  if (k !== rows) throw new Error('inner sizes differ');
  const shape = [m, n];
  while (left.length + right.length > 0) {
    const [x, y] = [left.pop() ?? 1, right.pop() ?? 1];
    if (x === y || y === 1) shape.unshift(x);
    else if (x === 1) shape.unshift(y);
    else throw new Error('leading sizes differ');
  }
  return shape;
}
