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
  let inBrackets = false;
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (character === '\\') {
      const [text, length] = escaped(source.slice(i + 1), inBrackets, pattern);
      out += text;
      i += length;
    } else if (inBrackets) {
      if (character === '[' || source.startsWith('&&', i)) refuse(pattern, 'sets in sets');
      inBrackets = character !== ']';
      out += character;
    } else {
      inBrackets = character === '[';
      if (/^\(\?[^:=!<i]|^\(\?<[^=!]|^[*+?}]\+/.test(source.slice(i))) {
        refuse(pattern, source.slice(i, i + 4));
      }
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

function refuse(pattern: Json, what: string): never {
  return pattern.fail(`uses what is not supported in regular expressions: ${what}`);
}
