/** Tokens that are looked for in the text before anything else: special ones, and later additions. */

import { escapeForRegExp } from '../tokenizer.ts';
import type { Json } from './json.ts';
import { largestId } from './model.ts';
import type { Normalizer } from './normalizers.ts';
import type { Piece } from './split.ts';

export interface AddedToken {
  id: number;
  content: string;
  /** As it looks in a normalized text; null where it is looked for before normalizing. */
  normalized: string | null;
  special: boolean;
  /** Take the white space before or after along. */
  takesLeft: boolean;
  takesRight: boolean;
  /** Not inside a word. */
  singleWord: boolean;
}

/** Reads the list, and checks that no id and no spelling means two things. */
export function addedTokens(
  json: Json,
  vocabulary: ReadonlyMap<string, number>,
  normalize: Normalizer,
): AddedToken[] {
  if (json.missing) return [];
  const owners = new Map([...vocabulary].map(([token, id]) => [id, token]));
  const ids = new Map(vocabulary);
  const tokens: AddedToken[] = [];
  for (const item of json.items()) {
    const token = addedToken(item, normalize);
    if (token.content === '') continue; // it could be found anywhere
    const owner = owners.get(token.id) ?? token.content;
    if (owner !== token.content) {
      item.fail(`has the id ${token.id}, which ${JSON.stringify(owner)} has already`);
    }
    if ((ids.get(token.content) ?? token.id) !== token.id) {
      item.fail(
        `has the id ${token.id}, but the same token has ${ids.get(token.content)} elsewhere`,
      );
    }
    owners.set(token.id, token.content);
    ids.set(token.content, token.id);
    tokens.push(token);
  }
  return tokens;
}

function addedToken(json: Json, normalize: Normalizer): AddedToken {
  const content = json.get('content').string();
  const special = json.get('special').boolean(false);
  return {
    id: json.get('id').integer(largestId),
    content,
    normalized: json.get('normalized').boolean(!special) ? normalize(content) : null,
    special,
    takesLeft: json.get('lstrip').boolean(false),
    takesRight: json.get('rstrip').boolean(false),
    singleWord: json.get('single_word').boolean(false),
  };
}

/** A function that cuts a piece into the ids of the tokens found in it and pieces of text. */
export function finder(
  tokens: readonly AddedToken[],
  spelling: (token: AddedToken) => string,
): (piece: Piece) => (Piece | number)[] {
  const bySpelling = new Map(tokens.map((token) => [spelling(token), token]));
  bySpelling.delete('');
  if (bySpelling.size === 0) return (piece) => (piece.text === '' ? [] : [piece]);
  const longestFirst = [...bySpelling.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapeForRegExp).join('|'), 'gu');
  return ({ text, first }) => {
    const found: (Piece | number)[] = [];
    let done = 0;
    const keep = (end: number): void => {
      if (done < end) found.push({ text: text.slice(done, end), first: first && done === 0 });
    };
    for (const match of text.matchAll(pattern)) {
      const token = bySpelling.get(match[0])!;
      let [start, end] = [match.index, match.index + match[0].length];
      if (token.singleWord && (wordBefore(text, start) || wordAfter(text, end))) continue;
      while (token.takesLeft && start > done && isSpace(text, start - 1)) start--;
      while (token.takesRight && end < text.length && isSpace(text, end)) end++;
      keep(start);
      found.push(token.id);
      done = end;
    }
    keep(text.length);
    return found;
  };
}

const isSpace = (text: string, i: number): boolean => /\p{White_Space}/u.test(text[i]!);

const word = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]';
const wordAtEnd = new RegExp(`${word}$`, 'u');
const wordAtStart = new RegExp(`^${word}`, 'u');

const wordBefore = (text: string, i: number): boolean =>
  wordAtEnd.test(text.slice(Math.max(0, i - 2), i));
const wordAfter = (text: string, i: number): boolean => wordAtStart.test(text.slice(i, i + 2));
