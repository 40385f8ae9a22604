/** How text is cut into words before byte-pair encoding: no token ever spans two of them. */

import { LibraryError } from '../tensor/errors.ts';

/**
 * GPT-2's: contractions, then runs of letters, of digits, of other signs, each with at most one
 * space in front, then white space. (U+0085 and U+FEFF are treated as Unicode does, not as JavaScript's
 * `\s` does, so that other implementations agree.)
 */
export const gpt2Pattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
 * GPT-4's, and with it Llama 3's: contractions in any case, digits three at a time so that numbers
 * are cut alike, line ends apart from spaces.
 */
export const llama3Pattern =
  /(?:'[sSſ]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*|\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The matches of a pattern and what lies between them: together the whole text. */
export function cutIntoWords(text: string, pattern: RegExp): string[] {
  const matches = text.match(pattern) ?? [];
  const matched = matches.reduce((sum, match) => sum + match.length, 0);
  if (matched === text.length) return matches;
  const words: string[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    words.push(text.slice(end, match.index), match[0]);
    end = match.index + match[0].length;
  }
  return [...words, text.slice(end)].filter((word) => word !== '');
}

/** A pattern that is not global would find the first word only. */
export function checkedPattern(pattern: RegExp): RegExp {
  if (pattern.global && !pattern.sticky) return pattern;
  throw new LibraryError(`BpeTokenizer: the pattern needs the flag g (and not y): ${pattern}`);
}
