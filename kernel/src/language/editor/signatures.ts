import ts from 'typescript';
import type { SignatureHelp, SignatureInformation } from 'vscode-languageserver-types';
import type { CellText } from '../cell-text.ts';
import { documentationOf } from '../inspection.ts';

/** The signatures of the call that a place of a cell stands in, and the argument it is at. */
export function signatureHelp(
  cell: CellText,
  file: string,
  offset: number,
  service: ts.LanguageService,
): SignatureHelp | null {
  const found = service.getSignatureHelpItems(file, cell.offset + offset, {});
  if (!found) return null;
  return {
    signatures: found.items.map(describe),
    activeSignature: found.selectedItemIndex,
    activeParameter: found.argumentIndex,
  };
}

function describe(item: ts.SignatureHelpItem): SignatureInformation {
  const text = ts.displayPartsToString;
  const markdown = (value: string) => ({ kind: 'markdown' as const, value });
  let label = text(item.prefixDisplayParts);
  const parameters = item.parameters.map(({ displayParts, documentation }, index) => {
    if (index > 0) label += text(item.separatorDisplayParts);
    const start = label.length;
    label += text(displayParts);
    return {
      label: [start, label.length] as [number, number],
      documentation: markdown(text(documentation)),
    };
  });
  label += text(item.suffixDisplayParts);
  // The parameters are documented one by one.
  const tags = item.tags.filter(({ name }) => name !== 'param');
  return { label, documentation: markdown(documentationOf(item.documentation, tags)), parameters };
}
