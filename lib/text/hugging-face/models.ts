/** The third step of a tokenizer.json: from a piece of text to ids. */

import { type Merge, MergeTable } from '../merges.ts';
import { Json } from './json.ts';
import { byteTokens, largestId, type Model } from './model.ts';
import { unigram } from './unigram.ts';

export function model(json: Json): Model {
  const type = modelType(json);
  if (type === 'BPE') return bpe(json);
  if (type === 'WordPiece') return wordPiece(json);
  if (type === 'WordLevel') return wordLevel(json);
  if (type === 'Unigram') return unigram(json);
  return json.fail(
    `is a ${type}, which is not supported; models that are: BPE, Unigram, WordPiece, WordLevel`,
  );
}

/** Files written before 2020 do not say the type; what they have tells. */
function modelType(json: Json): string {
  if (!json.get('type').missing) return json.get('type').string();
  if (!json.get('merges').missing) return 'BPE';
  if (Array.isArray(json.get('vocab').value)) return 'Unigram';
  return json.get('max_input_chars_per_word').missing ? 'WordLevel' : 'WordPiece';
}

/** Token by token without a `Json` for each: there may be hundreds of thousands. */
function vocabularyOf(json: Json): Map<string, number> {
  const object = json.object();
  const vocabulary = new Map<string, number>();
  const tokens = new Map<number, string>();
  for (const token of Object.keys(object)) {
    const id = object[token] as number;
    if (!(Number.isInteger(id) && id >= 0 && id <= largestId)) json.get(token).integer(largestId);
    const other = tokens.get(id);
    if (other !== undefined) {
      json.fail(`gives the id ${id} to both ${JSON.stringify(other)} and ${JSON.stringify(token)}`);
    }
    vocabulary.set(token, id);
    tokens.set(id, token);
  }
  return vocabulary;
}

/** The id of a token that a model names, or null where it names none. */
function namedId(json: Json, vocabulary: ReadonlyMap<string, number>): number | null {
  if (json.missing) return null;
  const id = vocabulary.get(json.string());
  return id ?? json.fail(`is ${JSON.stringify(json.value)}, which is not in the vocabulary`);
}

const textOrEmpty = (json: Json): string => (json.missing ? '' : json.string());

/**
 * Byte-pair encoding over characters. What the vocabulary lacks becomes its bytes (`<0x0A>`, where
 * `byte_fallback` is set), or the unknown token, or, where there is none, nothing.
 */
function bpe(json: Json): Model {
  if (!json.get('dropout').missing && json.get('dropout').value !== 0) {
    json.get('dropout').fail('makes encoding random, which is not supported');
  }
  const vocabulary = vocabularyOf(json.get('vocab'));
  const prefix = textOrEmpty(json.get('continuing_subword_prefix'));
  const suffix = textOrEmpty(json.get('end_of_word_suffix'));
  const unknown = namedId(json.get('unk_token'), vocabulary);
  const fuse = json.get('fuse_unk').boolean(false);
  const byteFallback = json.get('byte_fallback').boolean(false);
  const ignoreMerges = json.get('ignore_merges').boolean(false);
  const merges = new MergeTable(mergesOf(json.get('merges'), vocabulary, prefix));

  const symbols = (piece: string): number[] => {
    const characters = [...piece];
    const ids: number[] = [];
    let pending = 0; // unknown tokens that have been met and not yet written
    for (const [i, character] of characters.entries()) {
      const spelled =
        (i > 0 ? prefix : '') + character + (i === characters.length - 1 ? suffix : '');
      const id = vocabulary.get(spelled);
      const bytes = id === undefined && byteFallback ? byteTokens(spelled, vocabulary) : null;
      if (id !== undefined) {
        for (; pending > 0; pending--) ids.push(unknown!);
        ids.push(id);
      } else if (bytes !== null) ids.push(...bytes);
      else if (unknown !== null) pending = fuse ? 1 : pending + 1;
    }
    for (; pending > 0; pending--) ids.push(unknown!);
    return ids;
  };
  return {
    vocabulary,
    encode: (piece) => {
      const whole = ignoreMerges ? vocabulary.get(piece) : undefined;
      return whole === undefined ? merges.apply(symbols(piece)) : [whole];
    },
  };
}

/** Merges are pairs, or in older files two spellings with a space between. */
function mergesOf(json: Json, vocabulary: ReadonlyMap<string, number>, prefix: string): Merge[] {
  const merges: Merge[] = [];
  for (const [i, value] of json.list().entries()) {
    if (typeof value === 'string' && value.startsWith('#version')) continue;
    const fail = (what: string): never => new Json(value, `${json.path}[${i}]`).fail(what);
    const idOf = (token: string): number =>
      vocabulary.get(token) ?? fail(`needs ${JSON.stringify(token)}, not in the vocabulary`);
    const parts: unknown[] =
      typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
    const [left, right] = parts;
    const isPair = parts.length === 2 && typeof left === 'string' && typeof right === 'string';
    if (!isPair || left === '' || right === '') return fail('must be a pair of tokens');
    if (!right.startsWith(prefix)) return fail(`must continue with ${prefix}`);
    merges.push([idOf(left), idOf(right), idOf(left + right.slice(prefix.length))]);
  }
  return merges;
}

/** BERT's: the longest piece that fits, again and again; a word that does not work out is unknown. */
function wordPiece(json: Json): Model {
  const vocabulary = vocabularyOf(json.get('vocab'));
  const unknown = namedId(json.get('unk_token'), vocabulary) ?? json.fail('needs an unk_token');
  const prefix = textOrEmpty(json.get('continuing_subword_prefix'));
  const limit = json.get('max_input_chars_per_word').integer(Number.MAX_SAFE_INTEGER);
  return {
    vocabulary,
    encode: (word) => {
      const characters = [...word];
      if (characters.length > limit) return [unknown];
      const ids: number[] = [];
      for (let start = 0; start < characters.length; ) {
        let end = characters.length;
        let id: number | undefined;
        for (; end > start; end--) {
          id = vocabulary.get((start > 0 ? prefix : '') + characters.slice(start, end).join(''));
          if (id !== undefined) break;
        }
        if (id === undefined) return [unknown];
        ids.push(id);
        start = end;
      }
      return ids;
    },
  };
}

/** A word is a token, or unknown. */
function wordLevel(json: Json): Model {
  const vocabulary = vocabularyOf(json.get('vocab'));
  const unknown = namedId(json.get('unk_token'), vocabulary);
  return {
    vocabulary,
    encode: (word) => {
      const id = vocabulary.get(word) ?? unknown;
      return id === null ? json.fail(`has no unknown token for ${JSON.stringify(word)}`) : [id];
    },
  };
}
