/** Jupyter counts Unicode code points, JavaScript and TypeScript UTF-16 code units. */

/** The string offset of the code point number `count`; the end of the text where it has fewer. */
export function offsetOfCodePoint(text: string, count: number): number {
  let offset = 0;
  for (let i = 0; i < count && offset < text.length; i++) {
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return offset;
}

/** How many code points stand before a string offset. */
export function codePoints(text: string, offset: number): number {
  let count = 0;
  for (const _ of text.slice(0, offset)) count++;
  return count;
}
