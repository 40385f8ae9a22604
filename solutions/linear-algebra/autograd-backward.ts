type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };

export function backward(lines: Line[]): number[] {
  const slopes = lines.map(() => 0);
  slopes[lines.length - 1] = 1;
  for (let i = lines.length - 1; i >= 0; i--) {
    const { op, from, value } = lines[i]!;
    const [a, b] = from as [number, number];
    const slope = slopes[i]!; // complete: everything that uses this line came before
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
