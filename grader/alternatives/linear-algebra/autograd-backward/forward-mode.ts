type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };

/** The other direction: for every line, push a change of 1 forward. Right, but n passes, not one. */
export function backward(lines: Line[]): number[] {
  return lines.map((_, seed) => {
    const change: number[] = [];
    for (const [i, { op, from, value }] of lines.entries()) {
      const [a = 0, b = 0] = from;
      const [da, db] = [change[a] ?? 0, change[b] ?? 0];
      if (i === seed) change.push(1);
      else if (op === 'add') change.push(da + db);
      else if (op === 'mul') change.push(da * lines[b]!.value + db * lines[a]!.value);
      else change.push(op === 'tanh' ? da * (1 - value ** 2) : 0);
    }
    return change.at(-1)!;
  });
}
