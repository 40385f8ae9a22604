import type { Position, Range } from 'vscode-languageserver-types';
import { offsetAt, positionAt } from '../../compiler/index.ts';

/** The Language Server Protocol's place of an offset. */
function toPosition(text: string, offset: number): Position {
  const { line, column } = positionAt(text, offset);
  return { line, character: column };
}

export function toRange(text: string, start: number, length: number): Range {
  return { start: toPosition(text, start), end: toPosition(text, start + length) };
}

/** The offset of a place; what lies beyond a line or the text means its end. */
export function toOffset(text: string, { line, character }: Position): number {
  const start = offsetAt(text, { line, column: 0 });
  const end = text.indexOf('\n', start);
  return Math.min(start + character, end < 0 ? text.length : end);
}
