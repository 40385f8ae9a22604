import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../client/report.ts';
import { rounded } from '../service/points.ts';

/** What came of one notebook that was handed in. */
export type GradedNotebook = {
  /** Relative to the folder of submissions. */
  notebook: string;
  assignment: string | null;
  /** SHA-256 of the notebook's bytes. */
  sha256: string;
  submittedAt: string | null;
  /** Earlier copies of it, which do not count. */
  earlier: number;
  /** Null where it could not be graded; `problem` then says why. */
  report: Report | null;
  problem: string | null;
  /** The problem is ours: it will be graded once more. */
  ours: boolean;
};

/** All that a student gets: `<student>.json`. */
export type StudentReport = {
  schemaVersion: 1;
  student: string;
  course: string;
  points: number;
  maxPoints: number;
  /** False where something is still to be graded. */
  complete: boolean;
  notebooks: GradedNotebook[];
};

/** What all reports of a folder have in common: `.grading.json`. */
export type Grading = {
  schemaVersion: 1;
  course: string;
  /** The seed of everybody's inputs. */
  seed: number;
  /** SHA-256 of the tests, mistakes and points that were in force. */
  catalogue: string;
};

/** A folder of reports that cannot be used; the message says what to do. */
export class RecordsError extends Error {
  override name = 'RecordsError';
}

const GRADING = '.grading.json';
const LOCK = '.lock';

/** The reports of a class in their folder. Each is written whole or not at all, so that a kill costs none. */
export class Records {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Keeps a second grader out; returns how to let the next one in. @throws RecordsError */
  lock(): () => void {
    const file = path.join(this.folder, LOCK);
    for (let attempt = 0; ; attempt += 1) {
      try {
        const handle = openSync(file, 'wx');
        writeFileSync(handle, String(process.pid));
        closeSync(handle);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number(readText(file));
      if (attempt > 0 || isRunning(owner)) {
        const remove = `If there is no such grader any more, delete ${file}.`;
        throw new RecordsError(`Process ${owner} grades into ${this.folder} now. ${remove}`);
      }
      rmSync(file, { force: true }); // it was killed
    }
  }

  grading(): Grading | null {
    return readJson<Grading>(path.join(this.folder, GRADING));
  }

  setGrading(grading: Grading): void {
    this.#write(GRADING, json(grading));
  }

  student(name: string): StudentReport | null {
    return readJson<StudentReport>(path.join(this.folder, `${name}.json`));
  }

  setStudent(report: StudentReport): void {
    this.#write(`${report.student}.json`, json(report));
  }

  /** Writes a text of any other kind into the folder. */
  write(name: string, text: string): void {
    this.#write(name, text);
  }

  #write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    const draft = path.join(this.folder, `.${name}.${process.pid}`);
    writeFileSync(draft, text, { flush: true });
    renameSync(draft, file);
  }
}

/** The report of a student from what came of their notebooks. */
export function studentReport(
  student: string,
  course: string,
  notebooks: GradedNotebook[],
): StudentReport {
  const sum = (pick: (report: Report) => number) =>
    rounded(notebooks.reduce((total, { report }) => total + (report ? pick(report) : 0), 0));
  return {
    schemaVersion: 1,
    student,
    course,
    points: sum((report) => report.points),
    maxPoints: sum((report) => report.maxPoints),
    complete: notebooks.every(({ report, ours }) => !ours && (report?.complete ?? true)),
    notebooks,
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function readJson<T extends { schemaVersion: 1 }>(file: string): T | null {
  const text = readText(file);
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as T;
    if (value?.schemaVersion === 1) return value;
  } catch {
    // said below
  }
  throw new RecordsError(`${file} is no report of ours. Choose an empty folder, or remove it.`);
}
