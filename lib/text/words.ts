/** Words as tokens: short sequences, a large vocabulary, and always a word that is not in it. */

import { announce, demandLeave, publicOp } from '../forbid.ts';
import { VocabularyTokenizer, withUnknown } from './vocabulary.ts';

announce('text.WordTokenizer');

/** Letters and digits, with apostrophes and hyphens within; or one other visible character. */
const wordOrSign = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;

/**
 * The words and punctuation marks of a text.
 *
 * @example text.splitWords('Ada has a cat, but John has a dragon.') // 11 tokens, 9 of them words
 */
export const splitWords = publicOp(
  'text.splitWords',
  (text: string): string[] => text.match(wordOrSign) ?? [],
);

/** Whether a token of {@link splitWords} is a word, and no punctuation mark. */
export function isWord(token: string): boolean {
  return /[\p{L}\p{N}]/u.test(token);
}

export interface WordOptions {
  /** Keep only so many tokens, the most frequent, special ones counted. */
  vocabularySize?: number;
  /** Tokens that mark something; they get the first ids. */
  specialTokens?: readonly string[];
  /** The token for words that are not in the vocabulary. */
  unknown?: string;
}

/**
 * The words and punctuation marks of the texts are tokens, the most frequent first.
 *
 * Decoding puts one space between words and none before a comma: what white space the text had is
 * not remembered.
 */
export class WordTokenizer extends VocabularyTokenizer {
  constructor(
    texts: string | Iterable<string>,
    {
      vocabularySize = Number.POSITIVE_INFINITY,
      specialTokens = [],
      unknown = '<unk>',
    }: WordOptions = {},
  ) {
    demandLeave('text.WordTokenizer');
    const counts = new Map<string, number>();
    for (const text of typeof texts === 'string' ? [texts] : texts) {
      for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const byFrequency = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const special = withUnknown(specialTokens, unknown);
    const room = Math.max(0, vocabularySize - special.length);
    super(
      byFrequency.slice(0, room).map(([word]) => word),
      special,
      unknown,
    );
  }

  protected override split(text: string): string[] {
    return splitWords(text);
  }

  protected override join(tokens: string[]): string {
    return tokens.join(' ').replace(/ ([.,;:!?%)\]}’”])|([([{“]) /g, '$1$2');
  }
}
