/** One mapped point: `[column, source index, source line, source column]`, all counted from 0. */
export type Segment = readonly [number] | readonly [number, number, number, number, number?];

/** For every line of generated code its mapped points in column order. */
export type DecodedMap = readonly (readonly Segment[])[];

/** A place in a text, counted from 0; columns in UTF-16 code units. */
export interface Position {
  line: number;
  column: number;
}

/** Where a place in generated code comes from, or null where it is ours. */
export function trace(map: DecodedMap, { line, column }: Position): Position | null {
  let found: Segment | undefined;
  for (const segment of map[line] ?? []) {
    if (segment[0] > column) break;
    found = segment;
  }
  return found && found.length > 1 ? { line: found[2]!, column: found[3]! } : null;
}

/** The map of two steps of a translation: `outer` is the map of the last step. */
export function composeMaps(outer: DecodedMap, inner: DecodedMap): DecodedMap {
  return outer.map((segments) =>
    segments.flatMap((segment): Segment[] => {
      if (segment.length === 1) return [segment];
      const origin = trace(inner, { line: segment[2]!, column: segment[3]! });
      return origin ? [[segment[0], 0, origin.line, origin.column]] : [];
    }),
  );
}

/** Line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, Math.max(0, offset));
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length - 1, column: before.length - start };
}

/** Offset of a line and column; the end of the text where the line does not exist. */
export function offsetAt(text: string, { line, column }: Position): number {
  let start = 0;
  for (let i = 0; i < line; i++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return Math.min(start + column, text.length);
}
