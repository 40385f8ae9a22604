import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listExercises } from './exercise.ts';
import { CatalogueError, Fields, parseJson } from './fields.ts';

/** One chapter of the course: one notebook. */
export type Chapter = {
  /** Also the folder of its exercises, such as `attention`. */
  id: string;
  title: string;
  summary: string;
  /** The notebook's file name under `notebooks/`. */
  file: string;
  /** How long a reader needs, in minutes. */
  minutes: number;
  /** How long all its cells may compute, in seconds. */
  budgetSeconds: number;
  /** Ids of its exercises, in the order in which the notebook asks them. */
  exercises: string[];
};

/** `notebooks/course.json`, with each chapter's exercises. */
export type Course = {
  id: string;
  title: string;
  description: string;
  version: string;
  chapters: Chapter[];
};

/**
 * Reads the course at `root`.
 * @throws CatalogueError where `notebooks/course.json` is missing or cannot be used
 */
export function loadCourse(root: string): Course {
  const name = 'notebooks/course.json';
  let text: string;
  try {
    text = readFileSync(path.join(root, name), 'utf8');
  } catch {
    throw new CatalogueError(`There is no course at ${root}: ${name} does not exist.`);
  }
  const fields = new Fields(name, parseJson(name, text));
  return {
    id: fields.text('id'),
    title: fields.text('title'),
    description: fields.text('description'),
    version: fields.text('version'),
    chapters: fields.objects('chapters').map((chapter) => readChapter(root, chapter)),
  };
}

function readChapter(root: string, fields: Fields): Chapter {
  const id = fields.text('id');
  const file = fields.text('file');
  if (!/^[\w.-]+\.ipynb$/.test(file)) {
    throw fields.error('file', 'must be the name of an .ipynb file in notebooks/');
  }
  const existing = listExercises(root, id);
  const order = fields.has('exercises')
    ? fields.texts('exercises')
    : orderInNotebook(path.join(root, 'notebooks', file));
  const unknown = fields.has('exercises') && order.find((one) => !existing.includes(one));
  if (unknown) throw fields.error('exercises', `names "${unknown}", which is not in exercises/`);
  const exercises = order.filter((one) => existing.includes(one));
  return {
    id,
    title: fields.text('title'),
    summary: fields.text('summary'),
    file,
    minutes: fields.number('minutes', 1),
    budgetSeconds: fields.number('budgetSeconds', 1),
    exercises: [...new Set([...exercises, ...existing])],
  };
}

/** Ids of the exercise cells of a chapter's notebook; none where it cannot be read yet. */
function orderInNotebook(file: string): string[] {
  try {
    const notebook = JSON.parse(readFileSync(file, 'utf8')) as {
      cells: { metadata?: { lectern?: { exercise?: unknown } } }[];
    };
    const ids = notebook.cells.map((cell) => cell.metadata?.lectern?.exercise);
    return ids.filter((id): id is string => typeof id === 'string');
  } catch {
    return [];
  }
}
