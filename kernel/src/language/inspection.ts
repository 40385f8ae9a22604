import ts from 'typescript';
import type { LanguageMethods } from '../threads.ts';
import type { CellText } from './cell-text.ts';

interface Help {
  signature: string;
  documentation: string;
}

/** Signature and documentation of what stands at a place of a cell, or of the call around it. */
export function inspectionAt(
  cell: CellText,
  file: string,
  offset: number,
  service: ts.LanguageService,
): LanguageMethods['inspect']['result'] {
  const at = cell.offset + offset;
  // A cursor stands between characters: behind a name means the name.
  const help =
    hover(service.getQuickInfoAtPosition(file, at)) ??
    (offset > 0 ? hover(service.getQuickInfoAtPosition(file, at - 1)) : null) ??
    callHelp(service.getSignatureHelpItems(file, at, {}));
  if (!help) return { found: false, data: {} };
  const { signature, documentation } = help;
  const markdown = `\`\`\`typescript\n${signature}\n\`\`\`\n\n${documentation}`.trim();
  const plain = `${signature}\n\n${documentation}`.trim();
  return { found: true, data: { 'text/plain': plain, 'text/markdown': markdown } };
}

function hover(info: ts.QuickInfo | undefined): Help | null {
  if (!info) return null;
  const signature = ts
    .displayPartsToString(info.displayParts)
    // Names of other cells reach a cell as imports, which is nobody's business.
    .replace(/^\(alias\) /, '')
    .replace(/\nimport [^\n]*$/, '')
    .replace(/^(?=[\p{ID_Start}$_][\p{ID_Continue}$]*[(<])/u, 'function ');
  if (!signature) return null;
  return { signature, documentation: documentationOf(info.documentation, info.tags) };
}

function callHelp(items: ts.SignatureHelpItems | undefined): Help | null {
  const item = items?.items[items.selectedItemIndex];
  if (!item) return null;
  const text = ts.displayPartsToString;
  const parameters = item.parameters.map(({ displayParts }) => text(displayParts));
  const signature =
    text(item.prefixDisplayParts) +
    parameters.join(text(item.separatorDisplayParts)) +
    text(item.suffixDisplayParts);
  return { signature, documentation: documentationOf(item.documentation, item.tags) };
}

function documentationOf(
  documentation: ts.SymbolDisplayPart[] | undefined,
  tags: ts.JSDocTagInfo[] | undefined,
): string {
  const lines = (tags ?? []).map(({ name, text }) => `*@${name}* ${ts.displayPartsToString(text)}`);
  return [ts.displayPartsToString(documentation), ...lines].filter(Boolean).join('\n\n');
}
