import ts from 'typescript';
import { packageSpecifier } from '../compiler/index.ts';
import type { CellText } from './cell-text.ts';
import type { TypeErrors } from './settings.ts';

/** One problem of a cell; offsets in UTF-16 code units. */
export interface CellDiagnostic {
  start: number;
  end: number;
  severity: 'error' | 'warning';
  message: string;
  code: number;
}

const MODULE_NOT_FOUND = 2307;
const SIDE_EFFECT_MODULE_NOT_FOUND = 2882;
const NO_MODULE_TYPES = 7016;
const JSX_MODULE_NOT_FOUND = 2875;
const ASSIGNMENT_TO_IMPORT = 2632;

/**
 * A missing annotation is a warning, a contradiction an error. (From 7027 to 7030 it is about code
 * that is not reached, unused labels, missing `break` and `return`.)
 */
const isImplicitAny = (code: number) =>
  code >= 7000 && code < 8000 && !(code >= 7027 && code <= 7030);

/** Missing modules: running the cell gives the better message. */
export const isMissingModule = ({ code }: CellDiagnostic) =>
  [MODULE_NOT_FOUND, SIDE_EFFECT_MODULE_NOT_FOUND, NO_MODULE_TYPES, JSX_MODULE_NOT_FOUND].includes(
    code,
  );

/**
 * The problems of a cell, in terms of its own text.
 *
 * @param typeErrors `warn` makes warnings of them, `off` leaves syntax errors only
 */
export function problemsOf(
  cell: CellText,
  file: string,
  service: ts.LanguageService,
  typeErrors: TypeErrors = 'stop',
): CellDiagnostic[] {
  const found: ts.Diagnostic[] = service.getSyntacticDiagnostics(file);
  const isWrong = found.length > 0;
  if (!isWrong && typeErrors !== 'off' && !hasNoCheck(cell.source)) {
    // The service's own would add what cannot be written into a declaration file.
    const program = service.getProgram();
    found.push(...(program?.getSemanticDiagnostics(program.getSourceFile(file)) ?? []));
  }
  const problems: CellDiagnostic[] = [];
  for (const { start = 0, length = 0, code, messageText } of found) {
    const from = start - cell.offset;
    // What lies outside is about our own lines around the cell.
    if (from < 0 || from > cell.source.length) continue;
    problems.push({
      start: from,
      end: Math.min(from + length, cell.source.length),
      severity: !isWrong && (isImplicitAny(code) || typeErrors === 'warn') ? 'warning' : 'error',
      message: messageOf(messageText, code),
      code,
    });
  }
  return problems.sort((a, b) => a.start - b.start);
}

function messageOf(text: string | ts.DiagnosticMessageChain, code: number): string {
  const message = ts.flattenDiagnosticMessageText(text, '\n').replaceAll(/"lectern:file\//g, '"');
  if (code === ASSIGNMENT_TO_IMPORT) return message.replace('an import', 'a constant');
  const specifier = /Cannot find module '([^']+)'/.exec(message)?.[1];
  const named = code === MODULE_NOT_FOUND && specifier ? packageSpecifier(specifier) : null;
  return named ? `The package '${named.name}' is not installed (${named.install}).` : message;
}

/** `// @ts-nocheck` in the comments at the top of a cell. */
function hasNoCheck(source: string): boolean {
  const comments = ts.getLeadingCommentRanges(source, 0) ?? [];
  return comments.some(({ pos, end }) => /^\/\/\/?\s*@ts-nocheck\b/.test(source.slice(pos, end)));
}
