/** The first step of a tokenizer.json: making texts that mean the same look the same. */

import { spellBytes } from '../bytes.ts';
import { escapeForRegExp } from '../tokenizer.ts';
import type { Json } from './json.ts';
import { precompiled } from './precompiled.ts';
import { translate } from './regex.ts';

export type Normalizer = (text: string) => string;

const readers: Readonly<Record<string, (json: Json) => Normalizer>> = {
  Sequence: (json) => {
    const steps = json.get('normalizers').items().map(normalizer);
    return (text) => steps.reduce((done, step) => step(done), text);
  },
  NFC: () => (text) => text.normalize('NFC'),
  NFD: () => (text) => text.normalize('NFD'),
  NFKC: () => (text) => text.normalize('NFKC'),
  NFKD: () => (text) => text.normalize('NFKD'),
  Lowercase: () => lowercase,
  StripAccents: () => (text) => text.replace(/\p{M}/gu, ''),
  Strip: (json) => {
    const left = json.get('strip_left').boolean(true);
    const right = json.get('strip_right').boolean(true);
    return (text) => {
      const begun = left ? text.replace(/^\p{White_Space}+/u, '') : text;
      return right ? begun.slice(0, endOfText(begun)) : begun;
    };
  },
  Prepend: (json) => {
    const prefix = json.get('prepend').string();
    return (text) => (text === '' ? '' : prefix + text);
  },
  Replace: (json) => {
    const pattern = patternOf(json.get('pattern'));
    const content = json.get('content').string();
    return (text) => text.replace(pattern, () => content);
  },
  BertNormalizer: bertNormalizer,
  ByteLevel: () => spellBytes,
  Precompiled: precompiled,
};

/** Nothing, where there is no normalizer. */
export function normalizer(json: Json): Normalizer {
  if (json.missing) return (text) => text;
  const type = json.get('type').string();
  if (Object.hasOwn(readers, type)) return readers[type]!(json);
  return json.fail(`is a ${type}, which is not supported; normalizers that are: ${names()}`);
}

const names = (): string => Object.keys(readers).join(', ');

/** `{"String": …}`, taken as it is, or `{"Regex": …}`. */
export function patternOf(json: Json): RegExp {
  const literal = json.get('String');
  if (!literal.missing) return new RegExp(escapeForRegExp(literal.string()), 'gu');
  return translate(json.get('Regex'));
}

/** Character by character, without JavaScript's rule for a sigma at the end of a word. */
function lowercase(text: string): string {
  return text.toLowerCase().includes('ς')
    ? Array.from(text, (character) => character.toLowerCase()).join('')
    : text.toLowerCase();
}

/** Where trailing white space begins; a regular expression would look at every run of spaces. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && /\p{White_Space}/u.test(text[end - 1]!)) end--;
  return end;
}

const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

/** BERT's: no control characters, spaces around Chinese characters, no accents, lower case. */
function bertNormalizer(json: Json): Normalizer {
  const clean = json.get('clean_text').boolean(true);
  const spaced = json.get('handle_chinese_chars').boolean(true);
  const lower = json.get('lowercase').boolean(true);
  const plain = json.get('strip_accents').boolean(lower);
  return (text) => {
    let out = text;
    if (clean)
      out = out
        .replace(/(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu, '')
        .replace(/\p{White_Space}/gu, ' ');
    if (spaced) out = out.replace(chinese, ' $& ');
    if (plain) out = out.normalize('NFD').replace(/\p{Mn}/gu, '');
    return lower ? lowercase(out) : out;
  };
}
