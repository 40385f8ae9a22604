/**
 * SentencePiece's other model (Kudo 2018, *Subword Regularization*, arXiv:1804.10959): every token
 * has a log probability, and a text is cut where the sum is largest, found from left to right
 * (Viterbi). T5, ALBERT and XLM-R have it.
 */

import type { Json } from './json.ts';
import { byteTokens, largestId, type Model } from './model.ts';

/** How much less likely than the least likely token a character is that no token has. */
const penalty = 10;

/** The best way to cut a text up to some place. */
interface Way {
  score: number;
  /** Where its last token starts. */
  start: number;
  /** Null for a character that no token has. */
  id: number | null;
}

export function unigram(json: Json): Model {
  const { vocabulary, scores } = scoredVocabulary(json.get('vocab'));
  const unknown = json.get('unk_id').missing
    ? null
    : json.get('unk_id').integer(Math.max(0, scores.length - 1));
  const byteFallback = json.get('byte_fallback').boolean(false);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - penalty;
  const lengths = [...new Set(Array.from(vocabulary.keys(), (token) => token.length))];
  lengths.sort((a, b) => a - b);

  /** The best way to each place of the text, by UTF-16 units; holes within a character. */
  const waysThrough = (text: string): Way[] => {
    const ways: Way[] = [{ score: 0, start: 0, id: null }];
    const offer = (end: number, way: Way): void => {
      const known = ways[end];
      if (known === undefined || way.score > known.score) ways[end] = way;
    };
    let start = 0;
    for (const character of text) {
      const { score } = ways[start]!;
      let alone = false; // whether the character is a token by itself
      for (const length of lengths) {
        if (start + length > text.length) break;
        const id = vocabulary.get(text.slice(start, start + length));
        if (id === undefined) continue;
        offer(start + length, { score: score + scores[id]!, start, id });
        alone ||= length === character.length;
      }
      const end = start + character.length;
      if (!alone) offer(end, { score: score + unknownScore, start, id: null });
      start = end;
    }
    return ways;
  };

  /** The tokens' spellings; unknown ones side by side are one. */
  const cut = (text: string): string[] => {
    const ways = waysThrough(text);
    const pieces: string[] = [];
    let joined = ''; // unknown ones
    for (let end = text.length; end > 0; end = ways[end]!.start) {
      const { start, id } = ways[end]!;
      const piece = text.slice(start, end);
      if (unknown !== null && (id === null || id === unknown)) joined = piece + joined;
      else {
        if (joined !== '') pieces.push(joined);
        joined = '';
        pieces.push(piece);
      }
    }
    if (joined !== '') pieces.push(joined);
    return pieces.reverse();
  };

  const idsOf = (piece: string): readonly number[] => {
    const id = vocabulary.get(piece);
    if (id !== undefined) return [id];
    const bytes = byteFallback ? byteTokens(piece, vocabulary) : null;
    if (bytes !== null) return bytes;
    if (unknown !== null) return [unknown];
    return json.fail(`has no unk_id for ${JSON.stringify(piece)}`);
  };

  return { vocabulary, encode: (text) => cut(text).flatMap(idsOf) };
}

/** A list of `[token, log probability]`; the place is the id. */
function scoredVocabulary(json: Json): { vocabulary: Map<string, number>; scores: number[] } {
  const vocabulary = new Map<string, number>();
  const scores: number[] = [];
  const list = json.list();
  if (list.length > largestId) json.fail(`has ${list.length} tokens, too many`);
  for (const [id, pair] of list.entries()) {
    const [token, score] = Array.isArray(pair) ? pair : [];
    if (typeof token !== 'string' || typeof score !== 'number') {
      return json.fail(`must have a token and its log probability at place ${id}`);
    }
    if (vocabulary.has(token)) json.fail(`has ${JSON.stringify(token)} twice`);
    if (token !== '') vocabulary.set(token, id);
    scores.push(score);
  }
  return { vocabulary, scores };
}
