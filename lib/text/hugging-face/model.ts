/** What all models of a tokenizer.json have in common. */

import { utf8 } from '../bytes.ts';

/** More than any vocabulary has; an id beyond it is a mistake or an attack. */
export const largestId = 2 ** 24 - 1;

export interface Model {
  vocabulary: ReadonlyMap<string, number>;
  encode(piece: string): number[];
}

/** The tokens `<0x..>` of a text's bytes, or null where one of them is missing. */
export function byteTokens(text: string, vocabulary: ReadonlyMap<string, number>): number[] | null {
  const ids = Array.from(utf8(text), (byte) => {
    return vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  });
  return ids.every((id) => id !== undefined) ? ids : null;
}
