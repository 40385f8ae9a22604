/**
 * Your slopes are *set*, so a line that is used twice keeps only the last contribution: x + x gets the
 * slope 1 where it grows twice as fast as x. Every use adds its share.
 */
type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };

export function backward(lines: Line[]): number[] {
  const slopes = lines.map(() => 0);
  slopes[lines.length - 1] = 1;
  for (let i = lines.length - 1; i >= 0; i--) {
    const { op, from, value } = lines[i]!;
    const [a, b] = from as [number, number];
    const slope = slopes[i]!;
    if (op === 'add') {
      slopes[a] = slope;
      slopes[b] = slope;
    } else if (op === 'mul') {
      slopes[a] = slope * lines[b]!.value;
      slopes[b] = slope * lines[a]!.value;
    } else if (op === 'tanh') {
      slopes[a] = slope * (1 - value ** 2);
    }
  }
  return slopes;
}
