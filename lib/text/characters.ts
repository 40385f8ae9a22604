/** Characters as tokens: a tiny vocabulary and long sequences. */

import { announce, demandLeave } from '../forbid.ts';
import { VocabularyTokenizer, withUnknown } from './vocabulary.ts';

announce('text.CharacterTokenizer');

export interface CharacterOptions {
  /** Tokens that mark something; they get the first ids. */
  specialTokens?: readonly string[];
  /** A special token for characters that the texts do not have; an error where left out. */
  unknown?: string;
}

/**
 * Every character (code point) of the texts is a token, in the order of their numbers.
 *
 * @example
 * const tokenizer = new text.CharacterTokenizer(['anna', 'nan'], { specialTokens: ['.'] });
 * tokenizer.encode('nan.'); // [2, 1, 2, 0]
 */
export class CharacterTokenizer extends VocabularyTokenizer {
  constructor(
    texts: string | Iterable<string>,
    { specialTokens = [], unknown }: CharacterOptions = {},
  ) {
    demandLeave('text.CharacterTokenizer');
    const characters = new Set<string>();
    for (const text of typeof texts === 'string' ? [texts] : texts) {
      for (const character of text) characters.add(character);
    }
    const inOrder = [...characters].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
    super(inOrder, withUnknown(specialTokens, unknown ?? null), unknown ?? null);
  }

  protected override split(text: string): string[] {
    return [...text];
  }

  protected override join(tokens: string[]): string {
    return tokens.join('');
  }
}
