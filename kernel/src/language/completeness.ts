import {
  CellSyntaxError,
  compileCell,
  type NameKind,
  parseCell,
  syntaxError,
} from '../compiler/index.ts';
import type { LanguageMethods } from '../threads.ts';

/** Texts and comments, in which brackets mean nothing. */
const WORDS = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\/.*|\/\*[\s\S]*?(?:\*\/|$)/g;

/** Whether a cell could be run as it is, or where Enter should begin another line. */
export function completeness(
  source: string,
  known: ReadonlyMap<string, NameKind>,
): LanguageMethods['isComplete']['result'] {
  const error = syntaxError(parseCell(source));
  if (!error) return { status: isRefused(source, known) ? 'invalid' : 'complete' };
  if (!lacksEnd(error, source)) return { status: 'invalid' };
  const code = source.replace(WORDS, '');
  const depth = (code.match(/[{[(]/g)?.length ?? 0) - (code.match(/[}\])]/g)?.length ?? 0);
  return { status: 'incomplete', indent: '  '.repeat(Math.max(0, depth)) };
}

/** What lacks its end can be completed; what is wrong before it cannot. */
function lacksEnd({ offset, message }: CellSyntaxError, source: string): boolean {
  if (/^Unterminated template/.test(message)) return true;
  // A text ends with its line, unless that says that it goes on.
  if (/^Unterminated/.test(message)) return source.endsWith('\\');
  return offset >= source.trimEnd().length;
}

/** Whether the compiler refuses what the parser let pass, such as a name declared twice. */
function isRefused(source: string, known: ReadonlyMap<string, NameKind>): boolean {
  try {
    compileCell(source, known);
    return false;
  } catch (error) {
    if (error instanceof CellSyntaxError) return true;
    throw error;
  }
}
