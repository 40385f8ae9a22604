import ts from 'typescript';
import type { CellText } from './cell-text.ts';

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
const ASSIGNMENT_TO_IMPORT = 2632;

/** A missing annotation is a warning, a contradiction an error. */
const isImplicitAny = (code: number) => code >= 7000 && code < 8000;

/** Missing modules: running the cell gives the better message. */
export const isMissingModule = ({ code }: CellDiagnostic) =>
  [MODULE_NOT_FOUND, SIDE_EFFECT_MODULE_NOT_FOUND, NO_MODULE_TYPES].includes(code);

/** The problems of a cell, in terms of its own text. */
export function problemsOf(
  cell: CellText,
  file: string,
  service: ts.LanguageService,
): CellDiagnostic[] {
  const found: ts.Diagnostic[] = service.getSyntacticDiagnostics(file);
  if (found.length === 0 && !hasNoCheck(cell.source)) {
    found.push(...service.getSemanticDiagnostics(file));
  }
  const problems: CellDiagnostic[] = [];
  for (const { start = 0, length = 0, code, messageText } of found) {
    const from = start - cell.offset;
    // What lies outside is about our own lines around the cell.
    if (from < 0 || from > cell.source.length) continue;
    problems.push({
      start: from,
      end: Math.min(from + length, cell.source.length),
      severity: isImplicitAny(code) ? 'warning' : 'error',
      message: messageOf(messageText, code),
      code,
    });
  }
  return problems.sort((a, b) => a.start - b.start);
}

function messageOf(text: string | ts.DiagnosticMessageChain, code: number): string {
  const message = ts.flattenDiagnosticMessageText(text, '\n').replaceAll(/"lectern:file\//g, '"');
  if (code === ASSIGNMENT_TO_IMPORT) return message.replace('an import', 'a constant');
  const name = /Cannot find module '((?:@[^'/]+\/)?[^'./][^'/]*)/.exec(message)?.[1];
  if (code === MODULE_NOT_FOUND && name) {
    return `The package '${name}' is not installed (npm install ${name}).`;
  }
  return message;
}

/** `// @ts-nocheck` in the comments at the top of a cell. */
function hasNoCheck(source: string): boolean {
  const comments = ts.getLeadingCommentRanges(source, 0) ?? [];
  return comments.some(({ pos, end }) => /^\/\/\/?\s*@ts-nocheck\b/.test(source.slice(pos, end)));
}
