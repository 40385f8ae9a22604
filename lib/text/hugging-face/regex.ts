/**
 * Regular expressions of tokenizer.json, which are written for Oniguruma (Ruby's syntax), as
 * JavaScript's. Translated is what tokenizers use; the rest is refused rather than read differently.
 */

import type { Json } from './json.ts';

/** Classes that JavaScript lacks or sees more narrowly, as they are written inside brackets. */
const classes: Readonly<Record<string, string>> = {
  s: '\\p{White_Space}',
  d: '\\p{Nd}',
  w: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}',
  h: '0-9a-fA-F',
};

/** Oniguruma counts ²³¹¼½¾ to `\\w`, but not within brackets. */
const latinNumbers = '\\u{b2}\\u{b3}\\u{b9}\\u{bc}-\\u{be}';

/** Outside brackets: lines end at \n alone, and ^ and $ stand at every line. */
const outside: Readonly<Record<string, string>> = {
  '.': '[^\\n]',
  '^': '(?:^|(?<=\\n))',
  $: '(?:$|(?=\\n))',
};

/** The pattern as a global regular expression. */
export function translate(pattern: Json): RegExp {
  const source = pattern.string();
  let out = '';
  let depth = 0; // of brackets
  let atom = -1; // where in `out` the last character or set begins; −1 behind anything else
  let held = 0; // how many quantifiers give nothing back
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (character === '\\') {
      if (depth === 0) atom = out.length;
      const [text, length] = escaped(source.slice(i + 1), depth > 0, pattern);
      out += text;
      i += length;
    } else if (depth > 0) {
      const opens = character === '[';
      if (opens) checkInnerSet(source, i, pattern);
      if (source.startsWith('&&', i)) refuse(pattern, 'common parts of sets');
      depth += opens ? 1 : character === ']' ? -1 : 0;
      // a set in a set is a part of it: its brackets can go
      if (!(opens || (character === ']' && depth > 0))) out += character;
    } else if (atom >= 0 && /^[*+?]\+/.test(source.slice(i))) {
      // what was matched is looked for ahead, and then taken as it is
      held++;
      out = `${out.slice(0, atom)}(?=(?<held${held}>${out.slice(atom)}${character}))\\k<held${held}>`;
      atom = -1;
      i++;
    } else {
      if (/^\(\?[^:=!<i]|^\(\?<[^=!]|^[*+?}]\+/.test(source.slice(i))) {
        refuse(pattern, source.slice(i, i + 4));
      }
      depth = character === '[' ? 1 : 0;
      const isSecondHalf = /[\udc00-\udfff]/.test(character); // of a character of two units
      if (!isSecondHalf) atom = /[()|*+?{}^$]/.test(character) ? -1 : out.length;
      out += outside[character] ?? character;
    }
  }
  try {
    return new RegExp(out, 'gu');
  } catch (cause) {
    return refuse(pattern, (cause as Error).message);
  }
}

/** What stands after a backslash: its translation, and how many characters it took. */
function escaped(rest: string, inBrackets: boolean, pattern: Json): [string, number] {
  const letter = rest[0] ?? '';
  const known = classes[letter.toLowerCase()];
  const extra = !inBrackets && /w/i.test(letter) ? latinNumbers : '';
  if (known !== undefined && Object.hasOwn(classes, letter)) {
    return [inBrackets || /[sd]/.test(letter) ? known : `[${known}${extra}]`, 1];
  }
  if (known !== undefined) {
    if (letter === 'S') return ['\\P{White_Space}', 1];
    if (letter === 'D') return ['\\P{Nd}', 1];
    return inBrackets ? refuse(pattern, `\\${letter} in brackets`) : [`[^${known}${extra}]`, 1];
  }
  const codePoint = /^(?:x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/.exec(rest);
  if (codePoint !== null) {
    return [`\\u{${codePoint[1] ?? codePoint[2] ?? codePoint[3]}}`, codePoint[0].length];
  }
  const property = /^[pP]\{\^?\w+\}/.exec(rest);
  if (property !== null) return [propertyOf(property[0]), property[0].length];
  if (/^[nrtfv]/.test(letter)) return [`\\${letter}`, 1];
  if (/^[0-9A-Za-z]/.test(letter) || letter === '') refuse(pattern, `\\${letter}`);
  return [
    /[\^$\\.*+?()[\]{}|/-]/.test(letter) && (inBrackets || letter !== '-') ? `\\${letter}` : letter,
    1,
  ];
}

/** `p{^L}` is another way to write `P{L}`; scripts need their key in JavaScript. */
function propertyOf(written: string): string {
  const not = written.includes('^') !== written.startsWith('P');
  const name = written.replace(/^.\{\^?|\}$/g, '');
  const isScript = name.length > 2 && !/^(Alphabetic|Lowercase|Uppercase|White_Space)$/.test(name);
  return `\\${not ? 'P' : 'p'}{${isScript ? `Script=${name}` : name}}`;
}

/** A set in a set may be one of a few more characters, and nothing else. */
function checkInnerSet(source: string, i: number, pattern: Json): void {
  const end = source.indexOf(']', i);
  if (/[\^:]/.test(source[i + 1] ?? '^') || source[i - 1] === '-' || source[end + 1] === '-') {
    refuse(pattern, `a set in a set, ${source.slice(i - 1, end + 2)}`);
  }
}

function refuse(pattern: Json, what: string): never {
  return pattern.fail(`uses what is not supported in regular expressions: ${what}`);
}
