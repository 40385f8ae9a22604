/** From the spellings of tokens back to text. */

import { spelledBytes, textOf, utf8 } from '../bytes.ts';
import type { Json } from './json.ts';
import { patternOf } from './normalizers.ts';
import { prependScheme } from './pre-tokenizers.ts';

export type Decoder = (tokens: string[]) => string[];

const readers: Readonly<Record<string, (json: Json) => Decoder>> = {
  Sequence: (json) => {
    const steps = json.get('decoders').items().map(decoder);
    return (tokens) => steps.reduce((done, step) => step(done), tokens);
  },
  ByteLevel: () => (tokens) => [
    textOf(tokens.flatMap((token) => spelledBytes(token) ?? [...utf8(token)])),
  ],
  Metaspace: (json) => {
    const mark = json.get('replacement').character();
    const prepends = prependScheme(json) !== 'never';
    return (tokens) =>
      tokens.map((token, i) => token.replaceAll(mark, i === 0 && prepends ? '' : ' '));
  },
  ByteFallback: () => byteFallback,
  Fuse: () => (tokens) => [tokens.join('')],
  Strip: strip,
  Replace: (json) => {
    const pattern = patternOf(json.get('pattern'));
    const content = json.get('content').string();
    return (tokens) => tokens.map((token) => token.replace(pattern, () => content));
  },
  WordPiece: wordPiece,
  BPEDecoder: (json) => {
    const suffix = json.get('suffix').string();
    return (tokens) =>
      tokens.map((token, i) => token.replaceAll(suffix, i === tokens.length - 1 ? '' : ' '));
  },
};

/** Spellings with a space between, where there is no decoder. */
export function decoder(json: Json): Decoder {
  if (json.missing) return (tokens) => [tokens.join(' ')];
  const type = json.get('type').string();
  if (Object.hasOwn(readers, type)) return readers[type]!(json);
  const names = Object.keys(readers).join(', ');
  return json.fail(`is a ${type}, which is not supported; decoders that are: ${names}`);
}

/** Joins tokens such as `<0xC3>` to the text of their bytes, or � for each where that is none. */
function byteFallback(tokens: string[]): string[] {
  const out: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length === 0) return;
    const text = textOf(bytes);
    // a � of the text itself has bytes EF BF BD; any other was put in for what is not UTF-8
    const valid =
      utf8(text).every((byte, i) => byte === bytes[i]) && utf8(text).length === bytes.length;
    out.push(valid ? text : '\ufffd'.repeat(bytes.length));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token);
    if (byte !== null) bytes.push(Number.parseInt(byte[1]!, 16));
    else {
      flush();
      out.push(token);
    }
  }
  flush();
  return out;
}

/** Takes up to `start` and `stop` of one character off the ends of every token. */
function strip(json: Json): Decoder {
  const content = json.get('content').character();
  const [start, stop] = [json.get('start').integer(2 ** 16), json.get('stop').integer(2 ** 16)];
  return (tokens) =>
    tokens.map((token) => {
      let out = token;
      for (let i = 0; i < start && out.startsWith(content); i++) out = out.slice(content.length);
      for (let i = 0; i < stop && out.endsWith(content); i++) out = out.slice(0, -content.length);
      return out;
    });
}

/** Spaces before the blanks of English punctuation go, as BERT's decoder has it. */
const blanks: readonly [string, string][] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

/** Words with a space between; a token that begins with the prefix continues a word. */
function wordPiece(json: Json): Decoder {
  const prefix = json.get('prefix').string();
  const cleanup = json.get('cleanup').boolean(true);
  return (tokens) =>
    tokens.map((token, i) => {
      const continues = i > 0 && token.startsWith(prefix);
      const word = i === 0 ? token : continues ? token.slice(prefix.length) : ` ${token}`;
      if (!cleanup) return word;
      return blanks.reduce((text, [from, to]) => text.replaceAll(from, to), word);
    });
}
