import type { Text } from '@codemirror/state';
import type { Position } from 'vscode-languageserver-types';

/** A place of an editor's text in the protocol's terms. */
export function toPosition(doc: Text, offset: number): Position {
  const line = doc.lineAt(offset);
  return { line: line.number - 1, character: offset - line.from };
}

/** The offset of a place; what lies beyond a line or the text means its end. */
export function toOffset(doc: Text, { line, character }: Position): number {
  if (line >= doc.lines) return doc.length;
  const { from, to } = doc.line(line + 1);
  return Math.min(from + character, to);
}
