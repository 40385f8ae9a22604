import { analyse, CellSyntaxError, type StatementInfo } from '@lectern/kernel/compiler';
import ts from 'typescript';
import type { Cell } from './notebook.ts';

/** One top-level statement with the cell that it stands in. */
export type Part = StatementInfo & { cell: Cell; text: string };

/** Characters of a cell; an answer has a few hundred. */
export const LONGEST_CELL = 100_000;

const known = new Map<string, StatementInfo[] | CellSyntaxError>();

/** The statements of a cell. @throws CellSyntaxError */
export function partsOf(cell: Cell): Part[] {
  let statements = known.get(cell.source);
  if (!statements) {
    if (known.size > 2000) known.clear();
    statements = tryAnalyse(cell.source);
    known.set(cell.source, statements);
  }
  if (statements instanceof CellSyntaxError) throw statements;
  return statements.map((statement) => ({
    ...statement,
    cell,
    text: cell.source.slice(statement.start, statement.end),
  }));
}

/** Each is translated by itself, and what a notebook can make us do must have an end. */
const MOST_STATEMENTS = 500;

function tryAnalyse(source: string): StatementInfo[] | CellSyntaxError {
  if (source.length > LONGEST_CELL) return new CellSyntaxError('The cell is too long.', 0);
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2024);
  if (file.statements.length > MOST_STATEMENTS) {
    const message = `A cell may have ${MOST_STATEMENTS} statements; this one has more.`;
    return new CellSyntaxError(message, file.statements[MOST_STATEMENTS]!.pos);
  }
  // A cell exports nothing; blanks in its place keep all offsets.
  const withoutLists = source.replace(/^export\s*\{[^}]*\}/gm, (text) => text.replace(/\S/g, ' '));
  try {
    return analyse(withoutLists).statements;
  } catch (error) {
    if (error instanceof CellSyntaxError) return error;
    throw error;
  }
}

/** The same for a cell whose errors are not the matter at hand: none where it does not parse. */
export function partsOrNone(cell: Cell): Part[] {
  try {
    return partsOf(cell);
  } catch {
    return [];
  }
}

/** Whether a statement may help an answer although it stands in another cell. */
export function isHelper(part: Part): boolean {
  return part.cell.support || part.kind === 'import' || (part.pure && part.kind !== 'export');
}

/** The text without white space, comments and `export`, to compare two texts by what they do. */
export function essence(source: string): string {
  const scanner = ts.createScanner(
    ts.ScriptTarget.ES2024,
    true,
    ts.LanguageVariant.Standard,
    source,
  );
  const tokens: string[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind !== ts.SyntaxKind.ExportKeyword) tokens.push(scanner.getTokenText());
  }
  return tokens.join(' ');
}

/** The line (from 1) of an offset in a text. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The line (from 1) of its cell on which a statement mentions a name. */
export function lineOfName(part: Part, name: string): number {
  const escaped = name.replaceAll('$', '\\$');
  const at = part.text.search(new RegExp(`(?<![\\w$.])${escaped}(?![\\w$])`));
  return lineAt(part.cell.source, part.start + Math.max(0, at));
}
