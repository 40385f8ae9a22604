/**
 * You go through the lines from first to last. At that time no line knows its own slope yet, so it
 * hands on a 0. The slope is known at the *end* of the calculation: begin there.
 */
type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };

export function backward(lines: Line[]): number[] {
  const slopes = lines.map(() => 0);
  slopes[lines.length - 1] = 1;
  for (let i = 0; i < lines.length; i++) {
    const { op, from, value } = lines[i]!;
    const [a, b] = from as [number, number];
    const slope = slopes[i]!;
    if (op === 'add') {
      slopes[a]! += slope;
      slopes[b]! += slope;
    } else if (op === 'mul') {
      slopes[a]! += slope * lines[b]!.value;
      slopes[b]! += slope * lines[a]!.value;
    } else if (op === 'tanh') {
      slopes[a]! += slope * (1 - value ** 2);
    }
  }
  return slopes;
}
