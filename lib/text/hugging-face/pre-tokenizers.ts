/** The second step of a tokenizer.json: cutting text into the pieces that the model sees one by one. */

import { spellBytes } from '../bytes.ts';
import { gpt2Pattern } from '../patterns.ts';
import { escapeForRegExp } from '../tokenizer.ts';
import type { Json } from './json.ts';
import { patternOf } from './normalizers.ts';
import { behaviorOf, type Piece, split } from './split.ts';

export type PreTokenizer = (piece: Piece) => Piece[];

const punctuation = /[!-/:-@[-`{-~\p{P}]/gu;
const words =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

const readers: Readonly<Record<string, (json: Json) => PreTokenizer>> = {
  Sequence: (json) => {
    const steps = json.get('pretokenizers').items().map(preTokenizer);
    return (piece) => steps.reduce((pieces, step) => pieces.flatMap(step), [piece]);
  },
  ByteLevel: byteLevel,
  Metaspace: metaspace,
  Split: (json) => {
    const pattern = patternOf(json.get('pattern'));
    const behavior = behaviorOf(json.get('behavior'));
    const invert = json.get('invert').boolean(false);
    return (piece) => split(piece, pattern, behavior, invert);
  },
  Whitespace: () => (piece) => split(piece, words, 'Removed', true),
  WhitespaceSplit: () => (piece) => split(piece, /\p{White_Space}/gu, 'Removed'),
  BertPreTokenizer: () => (piece) =>
    split(piece, /\p{White_Space}/gu, 'Removed').flatMap((word) =>
      split(word, punctuation, 'Isolated'),
    ),
  Punctuation: (json) => {
    const behavior = behaviorOf(json.get('behavior'), 'Isolated');
    return (piece) => split(piece, punctuation, behavior);
  },
  Digits: (json) => {
    const behavior = json.get('individual_digits').boolean(false) ? 'Isolated' : 'Contiguous';
    return (piece) => split(piece, /\p{N}/gu, behavior);
  },
  CharDelimiterSplit: (json) => {
    const delimiter = new RegExp(escapeForRegExp(json.get('delimiter').character()), 'gu');
    return (piece) => split(piece, delimiter, 'Removed');
  },
};

/** The whole text as one piece, where there is no pre-tokenizer. */
export function preTokenizer(json: Json): PreTokenizer {
  if (json.missing) return (piece) => [piece];
  const type = json.get('type').string();
  if (Object.hasOwn(readers, type)) return readers[type]!(json);
  const names = Object.keys(readers).join(', ');
  return json.fail(`is a ${type}, which is not supported; pre-tokenizers that are: ${names}`);
}

/** GPT-2's: cut into words, each byte spelled as one character. */
function byteLevel(json: Json): PreTokenizer {
  const addSpace = json.get('add_prefix_space').boolean(true);
  const useRegex = json.get('use_regex').boolean(true);
  return ({ text, first }) => {
    const begun = { text: addSpace && !text.startsWith(' ') ? ` ${text}` : text, first };
    const pieces = useRegex ? split(begun, gpt2Pattern, 'Isolated') : [begun];
    return pieces.map((piece) => ({ ...piece, text: spellBytes(piece.text) }));
  };
}

/** SentencePiece's: a visible mark for each space, and one in front of the text. */
function metaspace(json: Json): PreTokenizer {
  const mark = json.get('replacement').character();
  const scheme = prependScheme(json);
  const cut = json.get('split').boolean(true);
  const pattern = new RegExp(escapeForRegExp(mark), 'gu');
  return ({ text, first }) => {
    const marked = text.replaceAll(' ', () => mark);
    const prepend = scheme === 'always' || (scheme === 'first' && first);
    const piece = { text: prepend && !marked.startsWith(mark) ? mark + marked : marked, first };
    return cut ? split(piece, pattern, 'MergedWithNext') : [piece];
  };
}

/** When a Metaspace puts its mark in front; older files say it as `add_prefix_space`. */
export function prependScheme(json: Json): 'always' | 'first' | 'never' {
  const scheme = json.get('prepend_scheme').oneOf(['always', 'first', 'never'], 'always');
  const addSpace = json.get('add_prefix_space').boolean(true);
  if (addSpace) return scheme;
  if (!json.get('prepend_scheme').missing && scheme !== 'never') {
    json.fail(`says prepend_scheme ${scheme} and add_prefix_space false, which disagree`);
  }
  return 'never';
}
