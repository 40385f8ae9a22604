import { type Options, type Program, parse } from 'acorn';
import { CellSyntaxError } from './names.ts';
import { offsetAt, positionAt, trace } from './positions.ts';
import type { Transpiled } from './transpile.ts';

/**
 * Parses translated code. What TypeScript's parser let pass, for instance a name declared twice,
 * is found here.
 *
 * @param source the TypeScript that was translated
 * @param start where `source` starts in the cell
 * @throws CellSyntaxError with the place in the cell
 */
export function parseJavaScript(
  { code, map }: Transpiled,
  source: string,
  { start = 0, ...options }: Partial<Options> & { start?: number } = {},
): Program {
  try {
    return parse(code, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowAwaitOutsideFunction: true,
      ...options,
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos } = error as SyntaxError & { pos: number };
    const origin = trace(map, positionAt(code, pos)) ?? { line: 0, column: 0 };
    const message = error.message.replace(/ \(\d+:\d+\)$/, '');
    throw new CellSyntaxError(message, start + offsetAt(source, origin));
  }
}
