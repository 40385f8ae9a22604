import ts from 'typescript';
import type { LanguageMethods } from '../threads.ts';
import type { CellText } from './cell-text.ts';

/** What is known of a name. */
export interface Help {
  signature: string;
  documentation: string;
  /** What it is about, in the type checker's file. */
  span: ts.TextSpan;
}

/** Signature and documentation of what stands at a place of a cell, or of the call around it. */
export function inspectionAt(
  cell: CellText,
  file: string,
  offset: number,
  service: ts.LanguageService,
): Help | null {
  const at = cell.offset + offset;
  // A cursor stands between characters: behind a name means the name.
  return (
    hoverAt(file, at, service) ??
    (offset > 0 ? hoverAt(file, at - 1, service) : null) ??
    callHelp(service.getSignatureHelpItems(file, at, {}))
  );
}

/** A help as Jupyter's clients show it, `source` below it where there is one. */
export function inspectionBundle(
  { signature, documentation }: Help,
  source?: string,
): LanguageMethods['inspect']['result'] {
  const code = (text: string) => `\`\`\`typescript\n${text}\n\`\`\``;
  const markdown = [code(signature), documentation, source && code(source)];
  const plain = [signature, documentation, source];
  const join = (parts: (string | undefined)[]) => parts.filter(Boolean).join('\n\n').trim();
  return { found: true, data: { 'text/plain': join(plain), 'text/markdown': join(markdown) } };
}

/** Signature and documentation of the name at a place of a file. */
export function hoverAt(file: string, at: number, service: ts.LanguageService): Help | null {
  const info = service.getQuickInfoAtPosition(file, at);
  const signature = signatureText(info?.displayParts);
  if (!info || !signature) return null;
  const documentation = documentationOf(info.documentation, info.tags);
  return { signature, documentation, span: info.textSpan };
}

export function signatureText(parts: ts.SymbolDisplayPart[] | undefined): string {
  return (
    ts
      .displayPartsToString(parts)
      // Names of other cells reach a cell as imports, which is nobody's business.
      .replace(/^\(alias\) /, '')
      .replace(/\nimport [^\n]*$/, '')
      .replace(/^(?=[\p{ID_Start}$_][\p{ID_Continue}$]*[(<])/u, 'function ')
  );
}

export function documentationOf(
  documentation: ts.SymbolDisplayPart[] | undefined,
  tags: ts.JSDocTagInfo[] | undefined,
): string {
  const lines = (tags ?? []).map(({ name, text }) => `*@${name}* ${ts.displayPartsToString(text)}`);
  return [ts.displayPartsToString(documentation), ...lines].filter(Boolean).join('\n\n');
}

function callHelp(items: ts.SignatureHelpItems | undefined): Help | null {
  const item = items?.items[items.selectedItemIndex];
  if (!items || !item) return null;
  const text = ts.displayPartsToString;
  const parameters = item.parameters.map(({ displayParts }) => text(displayParts));
  const signature =
    text(item.prefixDisplayParts) +
    parameters.join(text(item.separatorDisplayParts)) +
    text(item.suffixDisplayParts);
  const documentation = documentationOf(item.documentation, item.tags);
  return { signature, documentation, span: items.applicableSpan };
}
