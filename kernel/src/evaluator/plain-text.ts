import { type InspectOptions, inspect } from 'node:util';

/** From the briefest to the fullest look at a value. */
const LOOKS: readonly InspectOptions[] = [
  { depth: 1, maxArrayLength: 6, maxStringLength: 200 },
  { depth: 2, maxArrayLength: 12, maxStringLength: 1000 },
  { depth: 3, maxArrayLength: 30, maxStringLength: 4000 },
  { depth: 4, maxArrayLength: 100, maxStringLength: 10_000 },
];

/** A longer text is nothing one reads below a cell. */
const LENGTH = 20_000;
const LINES = 200;

/**
 * A value as `util.inspect` prints it: as fully as fits, so that a page stays a page. Looks only as
 * far as it has to: a brief look that is long already is the last.
 */
export function plainText(value: unknown): string {
  let fitting: string | null = null;
  for (const look of LOOKS) {
    const text = inspect(value, look);
    if (text === fitting) continue;
    if (text.length > LENGTH || text.split('\n').length > LINES) {
      return fitting ?? shortenLines(text);
    }
    fitting = text;
  }
  return fitting!;
}

/** The beginning of a text that is longer than `length`, and how much is left out. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length)}… (${(text.length - length).toLocaleString('en')} more characters)`;
}

function shortenLines(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= LINES) return shorten(text, LENGTH);
  const shown = shorten(lines.slice(0, LINES).join('\n'), LENGTH);
  return `${shown}\n… (${(lines.length - LINES).toLocaleString('en')} more lines)`;
}
