import ts from 'typescript';
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionItemLabelDetails,
  CompletionItemTag,
  type CompletionList,
  type TextEdit,
} from 'vscode-languageserver-types';
import type { CellText } from '../cell-text.ts';
import { completionsAt, fits } from '../completion.ts';
import { type Export, type ExportIndex, importEdit } from '../exports.ts';
import { documentationOf, hoverAt, signatureText } from '../inspection.ts';
import { toRange } from './positions.ts';

const LIMIT = 200;
const IMPORTS = 40;

const KINDS: Record<string, CompletionItemKind> = {
  keyword: CompletionItemKind.Keyword,
  'primitive type': CompletionItemKind.Keyword,
  const: CompletionItemKind.Constant,
  let: CompletionItemKind.Variable,
  var: CompletionItemKind.Variable,
  'local var': CompletionItemKind.Variable,
  alias: CompletionItemKind.Variable,
  parameter: CompletionItemKind.Variable,
  property: CompletionItemKind.Property,
  getter: CompletionItemKind.Property,
  setter: CompletionItemKind.Property,
  method: CompletionItemKind.Method,
  function: CompletionItemKind.Function,
  'local function': CompletionItemKind.Function,
  class: CompletionItemKind.Class,
  'local class': CompletionItemKind.Class,
  constructor: CompletionItemKind.Constructor,
  interface: CompletionItemKind.Interface,
  type: CompletionItemKind.Interface,
  enum: CompletionItemKind.Enum,
  'enum member': CompletionItemKind.EnumMember,
  module: CompletionItemKind.Module,
  'external module name': CompletionItemKind.Module,
  'type parameter': CompletionItemKind.TypeParameter,
  string: CompletionItemKind.Constant,
  script: CompletionItemKind.File,
  directory: CompletionItemKind.Folder,
};

/** What an item carries to be described later. */
export interface ItemData {
  uri: string;
  offset: number;
  /** Of an item that comes with an import. */
  module?: string;
}

/** Completions at a place of a cell, names that could be imported among them. */
export function completionList(
  place: { uri: string; cell: CellText; file: string; offset: number },
  service: ts.LanguageService,
  exports: ExportIndex,
): CompletionList {
  const { uri, cell, file, offset } = place;
  const found = completionsAt(cell, file, offset, service, {
    includeCompletionsWithInsertText: true,
    includeAutomaticOptionalChainCompletions: true,
  });
  const { entries, start, end, typed } = found;
  const data: ItemData = { uri, offset };
  const range = toRange(cell.source, start, end - start);
  const items = entries.slice(0, LIMIT).map((entry): CompletionItem => {
    const span = entry.replacementSpan;
    return {
      label: entry.name,
      kind: KINDS[entry.kind] ?? CompletionItemKind.Text,
      sortText: entry.sortText,
      data,
      textEdit: {
        newText: entry.insertText ?? entry.name,
        range: span ? toRange(cell.source, span.start - cell.offset, span.length) : range,
      },
      ...(entry.kindModifiers?.includes('deprecated')
        ? { tags: [CompletionItemTag.Deprecated] }
        : {}),
    };
  });
  const isName = !found.isMember && typed !== '' && entries.every(isNoText);
  const imports = isName && wantsName(cell, offset - typed.length) ? [...exports] : [];
  const known = new Set(entries.map(({ name }) => name));
  const fitting = imports.filter(({ name }) => fits(name, typed) && !known.has(name));
  for (const wanted of fitting.slice(0, IMPORTS)) {
    items.push({
      label: wanted.name,
      kind: kindOf(wanted.flags),
      sortText: '80',
      labelDetails: { description: wanted.module } satisfies CompletionItemLabelDetails,
      data: { ...data, module: wanted.module } satisfies ItemData,
      textEdit: { newText: wanted.name, range },
      additionalTextEdits: [edit(cell.source, wanted)],
    });
  }
  const isCut = entries.length > LIMIT || fitting.length > IMPORTS;
  return { isIncomplete: isCut || (isName && !exports.isComplete), items };
}

/** Adds to an item what it is, and its documentation. */
export function describeItem(
  item: CompletionItem,
  place: { cell: CellText; file: string; offset: number },
  service: ts.LanguageService,
): CompletionItem {
  const at = place.cell.offset + place.offset;
  const none = undefined;
  const found = service.getCompletionEntryDetails(
    place.file,
    at,
    item.label,
    none,
    none,
    none,
    none,
  );
  if (!found) return item;
  const { displayParts, documentation, tags } = found;
  return described(item, signatureText(displayParts), documentationOf(documentation, tags));
}

/** The same for an item that comes with an import, which `file` may use to look at it. */
export function describeImport(
  item: CompletionItem,
  module: string,
  write: (text: string) => string,
  service: ts.LanguageService,
): CompletionItem {
  const statement = `import { ${item.label} } from ${JSON.stringify(module)};\n`;
  const file = write(`${statement}export { ${item.label} };\n`);
  const help = hoverAt(file, 'import { '.length, service);
  return help ? described(item, help.signature, help.documentation) : item;
}

function described(item: CompletionItem, detail: string, value: string): CompletionItem {
  return { ...item, detail, documentation: { kind: 'markdown', value } };
}

function edit(source: string, wanted: Export): TextEdit {
  const [at, newText] = importEdit(source, wanted);
  return { range: toRange(source, at, 0), newText };
}

const isNoText = ({ kind }: ts.CompletionEntry) =>
  !['string', 'script', 'directory', 'external module name'].includes(kind);

/** Whether a name of a value or type may stand at a place: in no text, comment or declaration. */
function wantsName(cell: CellText, start: number): boolean {
  const file = ts.createSourceFile('cell.ts', cell.source, ts.ScriptTarget.Latest, true);
  const node = innermost(file, start);
  if (!node || !ts.isIdentifier(node) || node.getStart(file) !== start) return false;
  const { parent } = node;
  const isDeclared = 'name' in parent && parent.name === node;
  return !isDeclared && !ts.isImportOrExportSpecifier(parent);
}

function innermost(node: ts.Node, at: number): ts.Node | undefined {
  const child = ts.forEachChild(node, (each) =>
    each.pos <= at && at < each.end ? each : undefined,
  );
  return child ? (innermost(child, at) ?? child) : node;
}

function kindOf(flags: ts.SymbolFlags): CompletionItemKind {
  if (flags & ts.SymbolFlags.Class) return CompletionItemKind.Class;
  if (flags & ts.SymbolFlags.Function) return CompletionItemKind.Function;
  if (flags & ts.SymbolFlags.Enum) return CompletionItemKind.Enum;
  if (flags & ts.SymbolFlags.Module) return CompletionItemKind.Module;
  if (flags & ts.SymbolFlags.Value) return CompletionItemKind.Constant;
  return CompletionItemKind.Interface;
}
