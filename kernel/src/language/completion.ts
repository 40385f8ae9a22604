import type ts from 'typescript';
import type { Completion, LanguageMethods } from '../threads.ts';
import type { CellText } from './cell-text.ts';

const LIMIT = 500;

/** TypeScript's kinds of symbol in the words that JupyterLab has icons for. */
const KINDS: Record<string, string> = {
  const: 'constant',
  let: 'variable',
  var: 'variable',
  'local var': 'variable',
  parameter: 'variable',
  'local function': 'function',
  alias: 'variable',
  getter: 'property',
  setter: 'property',
  'primitive type': 'keyword',
  type: 'interface',
  script: 'file',
  directory: 'folder',
  'external module name': 'module',
};

/** Completions at a place of a cell, those that fit what is already typed there. */
export function completionsAt(
  cell: CellText,
  file: string,
  offset: number,
  service: ts.LanguageService,
): LanguageMethods['complete']['result'] {
  const found = service.getCompletionsAtPosition(file, cell.offset + offset, {
    includeCompletionsForModuleExports: false,
    includeCompletionsWithInsertText: false,
  });
  const span = found?.entries.find((entry) => entry.replacementSpan)?.replacementSpan;
  const start = span ? span.start - cell.offset : wordStart(cell.source, offset);
  const end = span ? start + span.length : wordEnd(cell.source, offset);
  const typed = cell.source.slice(start, offset).toLowerCase();
  const fitting = (found?.entries ?? [])
    .filter(({ name }) => name.toLowerCase().startsWith(typed) && !name.startsWith('__lectern_'))
    .sort(bySortText)
    .slice(0, LIMIT);
  return { matches: fitting.map(describe), start, end };
}

function bySortText(a: ts.CompletionEntry, b: ts.CompletionEntry): number {
  return a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : a.name < b.name ? -1 : 1;
}

function describe({ name, kind }: ts.CompletionEntry): Completion {
  return { text: name, type: KINDS[kind] ?? kind };
}

function wordStart(source: string, offset: number): number {
  return offset - (/[\p{ID_Continue}$]*$/u.exec(source.slice(0, offset))?.[0].length ?? 0);
}

function wordEnd(source: string, offset: number): number {
  return offset + (/^[\p{ID_Continue}$]*/u.exec(source.slice(offset))?.[0].length ?? 0);
}
