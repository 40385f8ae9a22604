import type { Position } from '../compiler/index.ts';

const paint = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;

export const red = paint(31);
const dim = paint(2);

/** Lines shown before and after the one in question, and how much of each. */
const AROUND = 2;
const WIDTH = 84;

/**
 * The lines around a place, the place marked by a caret:
 *
 *     Cell [3], line 2:
 *       1 │ const a = undefined;
 *     > 2 │ a.x;
 *         │   ^
 */
export function codeFrame(
  source: string,
  { line, column }: Position,
  options: { title?: string; length?: number } = {},
): string[] {
  const lines = source.split('\n');
  const text = lines[line];
  const frame = options.title ? [`  ${options.title}, line ${line + 1}:`] : [];
  if (text === undefined) return frame;
  let last = Math.min(lines.length - 1, line + AROUND);
  while (last > line && lines[last]!.trim() === '') last--;
  const width = String(last + 1).length;
  // Of long lines only what stands around the place.
  const left = column < WIDTH - 20 ? 0 : column - WIDTH / 2;
  for (let i = Math.max(0, line - AROUND); i <= last; i++) {
    const mark = i === line ? red('>') : ' ';
    frame.push(`  ${mark} ${dim(`${String(i + 1).padStart(width)} │`)} ${clip(lines[i]!, left)}`);
    if (i === line) {
      const room = Math.min(text.length, left + WIDTH) - column;
      const length = Math.max(1, Math.min(options.length ?? 1, room));
      // Tabs stay tabs, so that the caret stands below its character.
      const gap = (left > 0 ? ' ' : '') + text.slice(left, column).replace(/[^\t]/g, ' ');
      frame.push(`    ${' '.repeat(width)} ${dim('│')} ${gap}${red('^'.repeat(length))}`);
    }
  }
  return frame;
}

function clip(line: string, left: number): string {
  const end = line.length > left + WIDTH ? '…' : '';
  return (left > 0 ? '…' : '') + line.slice(left, left + WIDTH) + end;
}
