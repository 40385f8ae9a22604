import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CatalogueError, Fields, parseJson } from './fields.ts';

/** One exercise as its author wrote it: what the student is told, never what is hidden. */
export type Exercise = {
  /** `<chapter>/<slug>` */
  id: string;
  chapter: string;
  slug: string;
  version: number;
  title: string;
  points: number;
  /** 1 (a warm-up) to 5 (an evening). */
  difficulty: number;
  /** 1 (nice to know) to 5 (the rest builds on it). */
  importance: number;
  minutes: number;
  /** Names of the library that the answer may not use. */
  forbids: string[];
  /** Rungs of the hint ladder, from a question to almost the line. */
  hints: string[];
  /** What each hint costs that was looked at before the exercise was solved, in points. */
  hintPrice: number;
  /** Title of each hidden test → the hint shown when it fails. */
  hidden: Record<string, string>;
  /** Title of a test → its weight; 1 where none is given. */
  weights: Record<string, number>;
  /** The starter file as it stands. */
  starter: string;
  /** The starter as the notebook's cell holds it: without `export`. */
  cellSource: string;
  /** Names that an answer must declare. */
  declares: string[];
};

const ID = /^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/;
const EXPORT =
  /^export[ \t]+(?=(?:async|abstract|class|const|enum|function|interface|let|type)\b)/gm;
const VALUE_EXPORT =
  /^export\s+(?:async\s+function|abstract\s+class|function|class|const|let|enum)\s*\*?\s*([\w$]+)/gm;

/** Where the files of an exercise stand; `starter`, `meta` and `publicTests` are the public ones. */
export function exercisePaths(root: string, id: string) {
  if (!ID.test(id)) {
    throw new CatalogueError(
      `"${id}" is no exercise: an id reads <chapter>/<slug>, in lower case.`,
    );
  }
  return {
    starter: path.join(root, 'exercises', `${id}.ts`),
    meta: path.join(root, 'exercises', `${id}.json`),
    publicTests: path.join(root, 'exercises', `${id}.test.ts`),
    solution: path.join(root, 'solutions', `${id}.ts`),
    hiddenTests: path.join(root, 'grader/hidden', `${id}.test.ts`),
    mistakes: path.join(root, 'grader/mistakes', id),
    alternatives: path.join(root, 'grader/alternatives', id),
  };
}

/** The starter as a notebook cell holds it: the same text without its `export` keywords. */
export function cellSource(starter: string): string {
  return starter.replaceAll(EXPORT, '').trim();
}

/** Names of the values that a starter exports: what an answer must declare. */
export function declaredNames(starter: string): string[] {
  return Array.from(starter.matchAll(VALUE_EXPORT), (match) => match[1]!);
}

/** Ids of the exercises of a chapter, in the order of their names. */
export function listExercises(root: string, chapter: string): string[] {
  let files: string[];
  try {
    files = readdirSync(path.join(root, 'exercises', chapter));
  } catch {
    return [];
  }
  const metas = files.filter((file) => file.endsWith('.json')).sort();
  return metas.map((file) => `${chapter}/${file.slice(0, -'.json'.length)}`);
}

type Stamp = { exercise: Exercise; stamp: string };
const cache = new Map<string, Stamp>();

/**
 * Reads one exercise of the course at `root`. Files that have not changed are not read again.
 * @throws CatalogueError where there is no such exercise or its files cannot be used
 */
export function loadExercise(root: string, id: string): Exercise {
  const files = exercisePaths(root, id);
  const stamp = stampOf(id, files.meta) + stampOf(id, files.starter);
  const key = path.resolve(files.meta);
  const known = cache.get(key);
  if (known?.stamp === stamp) return known.exercise;
  const exercise = readExercise(root, id, files);
  cache.set(key, { exercise, stamp });
  return exercise;
}

function stampOf(id: string, file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new CatalogueError(`There is no exercise "${id}": ${file} does not exist.`);
  return `${stats.mtimeMs}:${stats.size};`;
}

function readExercise(
  root: string,
  id: string,
  files: { meta: string; starter: string },
): Exercise {
  const name = path.relative(root, files.meta);
  const fields = new Fields(name, parseJson(name, readFileSync(files.meta, 'utf8')));
  fields.only(
    (
      'id version title points difficulty importance minutes forbids hints hintPrice hidden ' +
      'weights'
    ).split(' '),
  );
  if (fields.text('id') !== id) throw fields.error('id', `must be "${id}", like the file's name`);
  const starter = readFileSync(files.starter, 'utf8');
  const declares = declaredNames(starter);
  if (declares.length === 0) {
    throw new CatalogueError(
      `${path.relative(root, files.starter)}: exports no function or class.`,
    );
  }
  const [chapter, slug] = id.split('/') as [string, string];
  return {
    id,
    chapter,
    slug,
    version: fields.integer('version', 1),
    title: fields.text('title'),
    points: fields.number('points', 0),
    difficulty: fields.integer('difficulty', 1, 5),
    importance: fields.integer('importance', 1, 5),
    minutes: fields.number('minutes', 1),
    forbids: fields.has('forbids') ? fields.texts('forbids') : [],
    hints: fields.texts('hints'),
    hintPrice: fields.has('hintPrice') ? fields.number('hintPrice', 0) : 0,
    hidden: fields.has('hidden') ? fields.record('hidden', 'string') : {},
    weights: fields.has('weights') ? fields.record('weights', 'number') : {},
    starter,
    cellSource: cellSource(starter),
    declares,
  };
}
