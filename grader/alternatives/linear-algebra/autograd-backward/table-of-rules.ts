type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };

/** The local slopes in a table: one list per operation, one slope per source. */
const RULES = {
  input: () => [],
  add: () => [1, 1],
  mul: (_: number, [x, y]: number[]) => [y!, x!],
  tanh: (value: number) => [1 - value * value],
};

export function backward(lines: Line[]): number[] {
  const slopes = Array<number>(lines.length).fill(0);
  slopes[slopes.length - 1] = 1;
  for (const [i, { op, from, value }] of [...lines.entries()].reverse()) {
    const local = RULES[op](
      value,
      from.map((source) => lines[source]!.value),
    );
    for (const [k, source] of from.entries()) slopes[source]! += slopes[i]! * local[k]!;
  }
  return slopes;
}
