/**
 * You hand back the local slope and forget your own: (2 + 3) · 10 gives the summands 1 instead of
 * 10. Along a chain slopes *multiply*; that is the chain rule.
 */
type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };

export function backward(lines: Line[]): number[] {
  const slopes = lines.map(() => 0);
  slopes[lines.length - 1] = 1;
  for (let i = lines.length - 1; i >= 0; i--) {
    const { op, from, value } = lines[i]!;
    const [a, b] = from as [number, number];
    const slope = 1;
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
