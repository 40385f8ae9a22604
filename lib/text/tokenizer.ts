/** What every tokenizer can do, so that a model does not care which one it gets. */

import { LibraryError } from '../tensor/errors.ts';

export interface DecodeOptions {
  /** Leave special tokens out of the text; they are kept unless said so. */
  skipSpecialTokens?: boolean;
}

/** From text to the ids of its tokens and back. */
export interface Tokenizer {
  /** All ids are below this number: the height of an embedding table. */
  readonly vocabularySize: number;
  /** Ids of the tokens that mark something and stand for no text, by their spelling. */
  readonly specialTokens: ReadonlyMap<string, number>;
  encode(text: string): number[];
  decode(ids: Iterable<number>, options?: DecodeOptions): string;
  /** How the vocabulary spells a token. */
  token(id: number): string;
  /** The id of a token by its spelling, or undefined. */
  id(token: string): number | undefined;
}

/** Throws the error for an id that no token has. */
export function noSuchId(id: number, vocabularySize: number): never {
  throw new LibraryError(
    `decode: there is no token ${id}; this vocabulary has ids from 0 to ${vocabularySize - 1}`,
  );
}

/** A text cut at special tokens: runs of text between, and the special tokens themselves. */
export function cutAtSpecials(
  text: string,
  specials: ReadonlyMap<string, number>,
): (string | number)[] {
  if (specials.size === 0) return [text];
  // the longest first: an alternative of a regular expression wins by its place
  const byLength = [...specials.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(${byLength.map((token) => escapeForRegExp(token)).join('|')})`);
  return text
    .split(pattern)
    .filter((part) => part !== '')
    .map((part) => specials.get(part) ?? part);
}

/** A text as a regular expression that matches just this text. */
export function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
