/**
 * Byte-pair encoding on bytes, as in GPT-2 (Sennrich, Haddow and Birch 2016, *Neural Machine
 * Translation of Rare Words with Subword Units*; Radford et al. 2019).
 *
 * Encoding: cut the text at special tokens, cut what is left into words, take each word as the
 * tokens of its bytes, and join neighbours in the order in which training learnt to. Words repeat,
 * so what a word gives is remembered.
 */

import { announce, demandLeave } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import { byteSpelling, spelledBytes, textOf, utf8 } from './bytes.ts';
import { type Merge, MergeTable } from './merges.ts';
import { checkedPattern, cutIntoWords, gpt2Pattern } from './patterns.ts';
import { cutAtSpecials, type DecodeOptions, noSuchId, type Tokenizer } from './tokenizer.ts';

announce('text.BpeTokenizer');

/** Forgotten and begun anew when so many words are remembered: text may have no end. */
const rememberedWords = 100_000;

export interface BpeOptions {
  /** The spelling of each token, by id; bytes are spelled as in GPT-2: `Ġ` is a space. */
  vocabulary: readonly string[];
  /** Pairs of spellings in the order in which they were learnt. */
  merges: readonly (readonly [string, string])[];
  /** Tokens of the vocabulary that mark something and are found in the text as they are spelled. */
  specialTokens?: readonly string[];
  /** How text is cut into words: a global regular expression; what lies between matches is one too. */
  pattern?: RegExp;
}

/**
 * A byte-level tokenizer: made by `trainBpe`, or from a known vocabulary and merges.
 *
 * Every text comes back unchanged from `decode(encode(text))`, except that half a surrogate pair,
 * which is no character and has no UTF-8, becomes U+FFFD (�). Like every byte-level tokenizer it
 * reads a special token wherever a text spells it; cut or escape what a stranger may have written.
 */
export class BpeTokenizer implements Tokenizer {
  readonly vocabulary: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly pattern: RegExp;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #bytes: readonly number[][];
  readonly #byteIds: readonly number[];
  readonly #mergeTable: MergeTable;
  #remembered = new Map<string, readonly number[]>();

  /** @throws LibraryError where vocabulary, merges and special tokens do not fit together */
  constructor({ vocabulary, merges, specialTokens = [], pattern = gpt2Pattern }: BpeOptions) {
    demandLeave('text.BpeTokenizer');
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.pattern = checkedPattern(pattern);
    this.#ids = new Map(vocabulary.map((token, id) => [token, id]));
    if (this.#ids.size < vocabulary.length) {
      const repeated = vocabulary.find((token, id) => this.#ids.get(token) !== id)!;
      throw new LibraryError(`BpeTokenizer: the vocabulary has ${JSON.stringify(repeated)} twice`);
    }
    this.specialTokens = new Map(specialTokens.map((token) => [token, this.#idOf(token)]));
    this.#byteIds = byteSpelling.map((character) => this.#idOf(character));
    this.#bytes = vocabulary.map((token) =>
      this.specialTokens.has(token) ? [...utf8(token)] : (spelledBytes(token) ?? [...utf8(token)]),
    );
    this.#mergeTable = new MergeTable(
      merges.map(([left, right]): Merge => {
        return [this.#idOf(left), this.#idOf(right), this.#idOf(left + right)];
      }),
    );
  }

  get vocabularySize(): number {
    return this.vocabulary.length;
  }

  encode(text: string): number[] {
    demandLeave('text.BpeTokenizer');
    const ids: number[] = [];
    for (const part of cutAtSpecials(text, this.specialTokens)) {
      if (typeof part === 'number') ids.push(part);
      else this.#encodeText(part, ids);
    }
    return ids;
  }

  decode(ids: Iterable<number>, { skipSpecialTokens = false }: DecodeOptions = {}): string {
    demandLeave('text.BpeTokenizer');
    const bytes: number[] = [];
    for (const id of ids) {
      const own = this.#bytes[id] ?? noSuchId(id, this.vocabularySize);
      if (skipSpecialTokens && this.specialTokens.has(this.vocabulary[id]!)) continue;
      for (const byte of own) bytes.push(byte);
    }
    return textOf(bytes);
  }

  token(id: number): string {
    return this.vocabulary[id] ?? noSuchId(id, this.vocabularySize);
  }

  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  #encodeText(text: string, ids: number[]): void {
    for (const word of cutIntoWords(text, this.pattern)) {
      let own = this.#remembered.get(word);
      if (own === undefined) {
        own = this.#encodeWord(word);
        if (this.#remembered.size >= rememberedWords) this.#remembered = new Map();
        this.#remembered.set(word, own);
      }
      for (const id of own) ids.push(id);
    }
  }

  #encodeWord(word: string): number[] {
    return this.#mergeTable.apply(Array.from(utf8(word), (byte) => this.#byteIds[byte]!));
  }

  #idOf(token: string): number {
    const id = this.#ids.get(token);
    if (id !== undefined) return id;
    throw new LibraryError(`BpeTokenizer: the vocabulary lacks ${JSON.stringify(token)}`);
  }
}
