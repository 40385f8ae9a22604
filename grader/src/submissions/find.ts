import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Receipt, readReceipt } from './submit.ts';

/** A notebook that a student handed in. */
export type Handed = {
  student: string;
  /** The folder between the student's and the notebook; null where there is none. */
  assignment: string | null;
  /** Relative to the folder of submissions, with forward slashes. */
  path: string;
  file: string;
  /** ISO 8601; from a receipt or nbgrader's `timestamp.txt`. */
  submittedAt: string | null;
  /** Hints that the receipt says were looked at. */
  hints: Record<string, number>;
  /** Copies of the same notebook that were handed in before. */
  earlier: number;
};

/** A folder in which no submissions can be found; the message says what is expected. */
export class SubmissionsError extends Error {
  override name = 'SubmissionsError';
}

/**
 * The notebooks under `folder`, the newest of each: `<student>/<assignment>/…/x.ipynb`, `<student>/x.ipynb` or
 * `<student>.ipynb`. A folder called `submitted` in it (nbgrader's) is taken instead of the folder. Hidden folders and
 * links are left out: a link could lead to somebody else's work.
 *
 * @throws SubmissionsError
 */
export function findSubmissions(folder: string): Handed[] {
  const start = rootOf(folder);
  const found = notebooksUnder(start).map((file) => describe(start, file));
  if (found.length === 0) {
    throw new SubmissionsError(
      `There is no notebook in ${folder}. A student's notebooks are looked for in <student>/, ` +
        '<student>/<assignment>/ and submitted/<student>/<assignment>/.',
    );
  }
  const newest = new Map<string, Handed>();
  for (const one of found) {
    const key = JSON.stringify([one.student, one.assignment, path.basename(one.file)]);
    const other = newest.get(key);
    const [kept, count] = other ? [later(other, one), other.earlier + 1] : [one, 0];
    newest.set(key, { ...kept, earlier: count });
  }
  return [...newest.values()].sort((a, b) => compare(a.path, b.path));
}

function rootOf(folder: string): string {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) throw new SubmissionsError(`There is no folder ${folder}.`);
  const submitted = path.join(folder, 'submitted');
  return statSync(submitted, { throwIfNoEntry: false })?.isDirectory() ? submitted : folder;
}

function notebooksUnder(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.flatMap((entry) => {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) return notebooksUnder(file);
    return entry.isFile() && entry.name.endsWith('.ipynb') ? [file] : [];
  });
}

function describe(root: string, file: string): Handed {
  const parts = path.relative(root, file).split(path.sep);
  const receipt = readReceipt(file);
  return {
    student: parts.length > 1 ? parts[0]! : path.parse(file).name,
    assignment: parts.length > 2 ? parts[1]! : null,
    path: parts.join('/'),
    file,
    submittedAt: receipt?.submittedAt ?? nbgraderTime(file),
    hints: hintsIn(receipt),
    earlier: 0,
  };
}

function hintsIn(receipt: Receipt | null): Record<string, number> {
  const entries = Object.entries(receipt?.hints ?? {});
  return Object.fromEntries(entries.filter(([, count]) => Number.isInteger(count) && count > 0));
}

/** nbgrader writes `2026-11-26 10:00:00.000000 UTC` beside the notebook. */
function nbgraderTime(file: string): string | null {
  try {
    const text = readFileSync(path.join(path.dirname(file), 'timestamp.txt'), 'utf8').trim();
    const time = new Date(text.replace(/\.(\d{3})\d*/, '.$1'));
    return Number.isNaN(time.getTime()) ? null : time.toISOString();
  } catch {
    return null;
  }
}

function later(a: Handed, b: Handed): Handed {
  return timeOf(b) > timeOf(a) ? b : a;
}

function timeOf({ submittedAt, file }: Handed): number {
  return submittedAt === null ? statSync(file).mtimeMs : Date.parse(submittedAt);
}

/** By code units: the same order on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
