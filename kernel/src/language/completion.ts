import type ts from 'typescript';
import type { CellText } from './cell-text.ts';

const LIMIT = 500;

/** TypeScript's entries that fit a place of a cell, best first. */
export interface Completions {
  entries: ts.CompletionEntry[];
  /** What of the cell's text they replace, where they do not say so themselves. */
  start: number;
  end: number;
  /** What stands there up to the cursor. */
  typed: string;
  /** Whether members of an object are wanted, rather than any name. */
  isMember: boolean;
}

/**
 * Completions at a place of a cell, those that fit what is already typed there.
 *
 * @param preferences entries that need more than their name written (`?.name`) come only if asked for
 */
export function completionsAt(
  cell: CellText,
  file: string,
  offset: number,
  service: ts.LanguageService,
  preferences: ts.GetCompletionsAtPositionOptions = {},
): Completions {
  const found = service.getCompletionsAtPosition(file, cell.offset + offset, {
    includeCompletionsForModuleExports: false,
    includeCompletionsWithInsertText: false,
    ...preferences,
  });
  const span = found?.entries.find(isText)?.replacementSpan;
  const start = span ? span.start - cell.offset : wordStart(cell.source, offset);
  const end = span ? start + span.length : wordEnd(cell.source, offset);
  const typed = cell.source.slice(start, offset);
  const entries = (found?.entries ?? [])
    .filter(({ name }) => fits(name, typed) && !name.startsWith('__lectern_'))
    .sort(bySortText)
    .slice(0, LIMIT)
    .map((entry) => withKind(entry, cell));
  return { entries, start, end, typed, isMember: found?.isMemberCompletion ?? false };
}

/** To the type checker a name of another cell is an import; tells what it is there. */
function withKind(entry: ts.CompletionEntry, cell: CellText): ts.CompletionEntry {
  const isBorrowed = entry.kind === 'alias' && cell.borrowed.has(entry.name);
  const origin = isBorrowed ? cell.names.get(entry.name) : undefined;
  return origin ? { ...entry, kind: origin.kind as ts.ScriptElementKind } : entry;
}

/** Whether a name begins with what was typed, in whatever case. */
export function fits(name: string, typed: string): boolean {
  return name.toLowerCase().startsWith(typed.toLowerCase());
}

/** A piece of a text, such as a path, which may contain more than a name does. */
function isText({ replacementSpan, insertText }: ts.CompletionEntry): boolean {
  return replacementSpan !== undefined && insertText === undefined;
}

function bySortText(a: ts.CompletionEntry, b: ts.CompletionEntry): number {
  return a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : a.name < b.name ? -1 : 1;
}

function wordStart(source: string, offset: number): number {
  return offset - (/[\p{ID_Continue}$]*$/u.exec(source.slice(0, offset))?.[0].length ?? 0);
}

function wordEnd(source: string, offset: number): number {
  return offset + (/^[\p{ID_Continue}$]*/u.exec(source.slice(offset))?.[0].length ?? 0);
}
