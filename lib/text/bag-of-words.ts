/** A text as the words that occur in it: their order and their meaning are lost. */

import { announce, demandLeave } from '../forbid.ts';
import { isWord, splitWords } from './words.ts';

announce('text.BagOfWords');

export interface BagOfWordsOptions {
  /** Words to leave out of the vocabulary, in lower case. */
  ignore?: readonly string[];
}

/**
 * A vocabulary of the words of some documents, in lower case and alphabetical order, and vectors of
 * its length.
 *
 * @example
 * const bag = new text.BagOfWords(['the cat sat', 'the dog sat and sat']);
 * bag.vocabulary; // ['and', 'cat', 'dog', 'sat', 'the']
 * bag.counts('sat the dog sat'); // [0, 0, 1, 2, 1]
 */
export class BagOfWords {
  readonly vocabulary: readonly string[];
  readonly #index: ReadonlyMap<string, number>;

  constructor(documents: Iterable<string>, { ignore = [] }: BagOfWordsOptions = {}) {
    demandLeave('text.BagOfWords');
    const words = new Set([...documents].flatMap(wordsOf));
    for (const word of ignore) words.delete(word);
    this.vocabulary = [...words].sort();
    this.#index = new Map(this.vocabulary.map((word, i) => [word, i]));
  }

  /** How often each word of the vocabulary occurs in a document; other words do not count. */
  counts(document: string): number[] {
    const counts = new Array<number>(this.vocabulary.length).fill(0);
    for (const word of wordsOf(document)) {
      const i = this.#index.get(word);
      if (i !== undefined) counts[i]!++;
    }
    return counts;
  }

  /** 1 for each word of the vocabulary that occurs in a document, else 0. */
  presence(document: string): number[] {
    return this.counts(document).map((count) => Math.min(count, 1));
  }
}

function wordsOf(document: string): string[] {
  return splitWords(document.toLowerCase()).filter(isWord);
}
