type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };

/** Each line asks those who use it what it gets from them, and remembers the answer. */
export function backward(lines: Line[]): number[] {
  const known = new Map<number, number>([[lines.length - 1, 1]]);
  const share = (user: Line, place: number): number => {
    if (user.op === 'add') return 1;
    if (user.op === 'tanh') return 1 - user.value ** 2;
    return lines[user.from[1 - place]!]!.value;
  };
  const slopeOf = (i: number): number => {
    if (!known.has(i)) {
      let sum = 0;
      for (let j = i + 1; j < lines.length; j++) {
        for (const [place, source] of lines[j]!.from.entries()) {
          if (source === i) sum += slopeOf(j) * share(lines[j]!, place);
        }
      }
      known.set(i, sum);
    }
    return known.get(i)!;
  };
  return lines.map((_, i) => slopeOf(i));
}
