/** Tokenizers that look whole pieces of text up in a list: characters, or words. */

import { LibraryError } from '../tensor/errors.ts';
import { cutAtSpecials, type DecodeOptions, noSuchId, type Tokenizer } from './tokenizer.ts';

/** A tokenizer with a closed vocabulary: special tokens first, then the pieces. */
export abstract class VocabularyTokenizer implements Tokenizer {
  readonly vocabulary: readonly string[];
  readonly specialTokens: ReadonlyMap<string, number>;
  /** The id that stands for what the vocabulary lacks, or null where that is an error. */
  readonly unknownId: number | null;
  readonly #ids: ReadonlyMap<string, number>;

  constructor(pieces: Iterable<string>, specialTokens: readonly string[], unknown: string | null) {
    this.vocabulary = [...new Set([...specialTokens, ...pieces])];
    this.#ids = new Map(this.vocabulary.map((token, id) => [token, id]));
    this.specialTokens = new Map(specialTokens.map((token) => [token, this.#ids.get(token)!]));
    this.unknownId = unknown === null ? null : this.#ids.get(unknown)!;
  }

  /** The pieces of a text in which no special token occurs. */
  protected abstract split(text: string): string[];

  /** The text of pieces and special tokens. */
  protected abstract join(tokens: string[]): string;

  get vocabularySize(): number {
    return this.vocabulary.length;
  }

  /** @throws LibraryError for what the vocabulary lacks, where it has no unknown token */
  encode(text: string): number[] {
    return cutAtSpecials(text, this.specialTokens).flatMap((part) =>
      typeof part === 'number' ? part : this.split(part).map((piece) => this.#idOf(piece)),
    );
  }

  decode(ids: Iterable<number>, { skipSpecialTokens = false }: DecodeOptions = {}): string {
    const tokens = Array.from(ids, (id) => this.token(id));
    return this.join(
      skipSpecialTokens ? tokens.filter((token) => !this.specialTokens.has(token)) : tokens,
    );
  }

  token(id: number): string {
    return this.vocabulary[id] ?? noSuchId(id, this.vocabularySize);
  }

  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  #idOf(piece: string): number {
    const id = this.#ids.get(piece) ?? this.unknownId;
    if (id !== null) return id;
    throw new LibraryError(
      `encode: the vocabulary lacks ${JSON.stringify(piece)}; ` +
        "build it from texts that have it, or with an unknown token: { unknown: '<unk>' }",
    );
  }
}

/** Special tokens with the unknown one among them. */
export function withUnknown(specialTokens: readonly string[], unknown: string | null): string[] {
  return unknown === null ? [...specialTokens] : [...new Set([...specialTokens, unknown])];
}
