/**
 * SentencePiece's normalizer: a table of what is written otherwise, compiled into a double-array
 * trie (Aoe 1989; the layout is that of the library Darts-clone).
 *
 * The table is base64 of: the trie's size in bytes (32 bits, lowest byte first); its units, 32 bits
 * each; and the replacements as UTF-8, each behind another and ended by a zero byte. A unit says
 * which byte leads to it, how far its children are away, whether a text ends at it, and, if it is
 * an end itself, where the replacement starts.
 */

import { textOf, utf8 } from '../bytes.ts';
import type { Json } from './json.ts';
import type { Normalizer } from './normalizers.ts';

const labelOf = (unit: number): number => unit & 0x800000ff;
const childrenOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
const isEnd = (unit: number): boolean => (unit & 0x100) !== 0;
const startOf = (unit: number): number => unit & 0x7fffffff;

/** Longer ones, such as families of emoji, are only looked at character by character. */
const longestCluster = 5;

export function precompiled(json: Json): Normalizer {
  const { units, replacements } = tables(json.get('precompiled_charsmap'));

  /** What is written for the shortest beginning of these bytes that the table has. */
  const replacementOf = (text: string): string | null => {
    let at = childrenOf(units[0]!);
    for (const byte of utf8(text)) {
      if (byte === 0) return null;
      at ^= byte;
      const unit = units[at];
      if (unit === undefined || labelOf(unit) !== byte) return null;
      at ^= childrenOf(unit);
      if (isEnd(unit)) {
        const start = startOf(units[at] ?? 0);
        const end = replacements.indexOf(0, start);
        return textOf([...replacements.subarray(start, end < 0 ? undefined : end)]);
      }
    }
    return null;
  };

  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return (text) => {
    let out = '';
    for (const { segment } of segmenter.segment(text)) {
      const whole = utf8(segment).length <= longestCluster ? replacementOf(segment) : null;
      if (whole !== null) out += whole;
      else for (const character of segment) out += replacementOf(character) ?? character;
    }
    return out;
  };
}

function tables(json: Json): { units: Int32Array; replacements: Uint8Array } {
  const text = json.string();
  if (!/^[\w+/]*={0,2}$/.test(text)) json.fail('must be base64');
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const size = bytes.length < 8 ? 0 : view.getUint32(0, true);
  if (size < 4 || size % 4 !== 0 || 4 + size > bytes.length) {
    json.fail(`has ${bytes.length} bytes, which do not hold the trie that it says it has`);
  }
  const units = Int32Array.from({ length: size / 4 }, (_, i) => view.getInt32(4 + 4 * i, true));
  return { units, replacements: bytes.subarray(4 + size) };
}
