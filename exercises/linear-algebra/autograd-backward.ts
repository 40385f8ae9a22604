// one line of a calculation: an input, or an operation on results of earlier lines
type Line = { op: 'input' | 'add' | 'mul' | 'tanh'; from: number[]; value: number };

/**
 * **The way back.** A calculation was written down line by line; `from` holds the numbers of the
 * lines that a line uses, all of them earlier, and `value` its result. Work out how fast the value
 * of the *last* line grows with the value of each line.
 *
 * A line may be used several times, or never.
 *
 * @param lines `input` uses nothing, `add` and `mul` use two lines (perhaps twice the same), `tanh`
 *   uses one; at least one line
 * @returns one slope per line, in the same order; the last one is 1
 *
 * @example // 3 · 4: the product grows by 4 per unit of 3, and by 3 per unit of 4
 * backward([
 *   { op: 'input', from: [], value: 3 }, { op: 'input', from: [], value: 4 },
 *   { op: 'mul', from: [0, 1], value: 12 },
 * ]) // [4, 3, 1]
 * @example // x + x: two ways lead back to x
 * backward([
 *   { op: 'input', from: [], value: 5 }, { op: 'add', from: [0, 0], value: 10 },
 * ]) // [2, 1]
 */
export function backward(lines: Line[]): number[] {
  return lines.map((line) => line.value); // replace this
}
