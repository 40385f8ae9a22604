import { createHash, randomInt } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { loadCourse } from '../catalogue/index.ts';
import { type Grader, GraderError, startGrader } from '../client/index.ts';
import { findSubmissions, type Handed } from '../submissions/index.ts';
import { catalogueHash } from './catalogue-hash.ts';
import { type Change, changesBetween } from './changes.ts';
import { feedbackOf } from './feedback.ts';
import { gradebookCsv } from './gradebook.ts';
import {
  type GradedNotebook,
  type Grading,
  Records,
  RecordsError,
  type StudentReport,
  studentReport,
} from './records.ts';

export type ClassOptions = {
  /** The course's directory. */
  root: string;
  /** The folder of submissions. */
  from: string;
  /** The folder of reports; what is in it already is not graded again. */
  to: string;
  /** Gradings that run side by side. */
  processes: number;
  seed?: number;
  /** Reports of an earlier grading, to compare with; its seed is used again. */
  against?: string;
  onProgress?(progress: ClassProgress): void;
};

export type ClassProgress = {
  /** Notebooks with a report, those of an earlier run among them. */
  done: number;
  total: number;
  /** Of this run. */
  graded: number;
  elapsedMs: number;
  /** Null until it can be told. */
  leftMs: number | null;
};

export type ClassResult = {
  students: StudentReport[];
  /** Notebooks that this run graded. */
  graded: number;
  /** Notebooks that still need grading, through a failure of ours. */
  ungradable: number;
  /** Against the earlier grading, where one was named. */
  changes: Change[] | null;
  ms: number;
};

const LARGEST_NOTEBOOK = 64 * 1024 * 1024;
const LARGEST_SEED = 2 ** 32 - 1;

/**
 * Grades a folder of submissions into a folder of reports. Each notebook's result is on the disk before the next is
 * begun with, so after a kill the same call goes on where it was.
 *
 * @throws RecordsError, SubmissionsError, CatalogueError: the message says what to do
 */
export async function gradeClass(options: ClassOptions): Promise<ClassResult> {
  const started = performance.now();
  const handed = findSubmissions(options.from);
  const course = loadCourse(options.root).version;
  mkdirSync(options.to, { recursive: true });
  const records = new Records(options.to);
  const earlier = options.against === undefined ? null : new Records(options.against);
  const before = earlier && readAll(earlier, handed);
  const unlock = records.lock();
  try {
    const grading = agree(records, earlier, { ...options, course });
    const run = new ClassRun(records, grading, handed, options.onProgress);
    const waiting = run.waiting();
    if (waiting.length > 0) await gradeAll(waiting, run, options);
    const students = run.finish();
    const ungradable = students.filter((student) => !student.complete).length;
    const changes = before && changesBetween(before, students);
    return { students, graded: run.graded, ungradable, changes, ms: performance.now() - started };
  } finally {
    unlock();
  }
}

function readAll(records: Records, handed: Handed[]): StudentReport[] {
  if (records.grading() === null) {
    throw new RecordsError(`${records.folder} holds no reports to compare with.`);
  }
  const names = [...new Set(handed.map(({ student }) => student))];
  return names.flatMap((name) => records.student(name) ?? []);
}

/** What all reports of the folder have in common; they must not be mixed with others. */
function agree(
  records: Records,
  earlier: Records | null,
  { root, course, seed }: { root: string; course: string; seed?: number },
): Grading {
  const catalogue = catalogueHash(root);
  const known = records.grading();
  if (known && known.catalogue !== catalogue) {
    throw new RecordsError(
      `The tests have changed since ${records.folder} was begun. Grade into a new folder; ` +
        `--against ${records.folder} then shows what changed.`,
    );
  }
  if (known && seed !== undefined && known.seed !== seed) {
    throw new RecordsError(`${records.folder} was begun with seed ${known.seed}.`);
  }
  if (known) return known;
  const drawn = seed ?? earlier?.grading()?.seed ?? randomInt(LARGEST_SEED);
  const grading: Grading = { schemaVersion: 1, course, seed: drawn, catalogue };
  records.setGrading(grading);
  return grading;
}

async function gradeAll(waiting: Handed[], run: ClassRun, options: ClassOptions): Promise<void> {
  const { root, processes } = options;
  const grader = startGrader({ root, processes, warm: 1, class: true });
  try {
    await inParallel(waiting, processes * 2, (one) => run.grade(grader, one));
    await inParallel(run.waiting(), processes, (one) => run.grade(grader, one)); // our failures, once more
  } finally {
    await grader.close();
  }
}

async function inParallel<T>(
  items: T[],
  count: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

/** One run over a class: what is done, what is left, how long it takes. */
class ClassRun {
  graded = 0;
  readonly #records: Records;
  readonly #grading: Grading;
  readonly #handed: Handed[];
  readonly #onProgress: ClassOptions['onProgress'];
  readonly #results = new Map<string, GradedNotebook>();
  readonly #started = performance.now();

  constructor(
    records: Records,
    grading: Grading,
    handed: Handed[],
    onProgress: ClassOptions['onProgress'],
  ) {
    this.#records = records;
    this.#grading = grading;
    this.#handed = handed;
    this.#onProgress = onProgress;
    const hashes = new Map(handed.map((one) => [one.path, hashOf(one.file)]));
    for (const name of new Set(handed.map(({ student }) => student))) {
      for (const known of records.student(name)?.notebooks ?? []) {
        if (hashes.get(known.notebook) === known.sha256) this.#results.set(known.notebook, known);
      }
    }
  }

  /** Notebooks without a report, or with one that a failure of ours has spoilt. */
  waiting(): Handed[] {
    return this.#handed.filter((one) => {
      const result = this.#results.get(one.path);
      return !result || result.ours || result.report?.complete === false;
    });
  }

  async grade(grader: Grader, one: Handed): Promise<void> {
    const bytes = readFileSync(one.file);
    const { path: notebook, assignment, submittedAt, earlier } = one;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const verdict = await this.#verdict(grader, one, bytes);
    this.#results.set(notebook, {
      ...{ notebook, assignment, sha256, submittedAt, earlier },
      ...verdict,
    });
    this.#records.setStudent(this.#reportOf(one.student));
    this.graded += 1;
    this.#tell();
  }

  /** Writes what is for people and spreadsheets. */
  finish(): StudentReport[] {
    const names = [...new Set(this.#handed.map(({ student }) => student))];
    const students = names.map((name) => this.#reportOf(name));
    for (const student of students) {
      this.#records.setStudent(student);
      this.#records.write(`${student.student}.md`, feedbackOf(student));
    }
    this.#records.write('gradebook.csv', gradebookCsv(students));
    return students;
  }

  async #verdict(
    grader: Grader,
    { path, hints }: Handed,
    bytes: Buffer,
  ): Promise<Pick<GradedNotebook, 'report' | 'problem' | 'ours'>> {
    const failed = (problem: string, ours: boolean) => ({ report: null, problem, ours });
    const notebook = parse(bytes);
    if (typeof notebook === 'string') return failed(notebook, false);
    try {
      const { seed } = this.#grading;
      const report = await grader.grade({ notebook, path, seed, hints });
      return { report, problem: null, ours: false };
    } catch (error) {
      if (!(error instanceof GraderError)) throw error;
      return failed(error.message, error.code === 'failed');
    }
  }

  #reportOf(student: string): StudentReport {
    const own = this.#handed.filter((one) => one.student === student);
    const notebooks = own.flatMap((one) => this.#results.get(one.path) ?? []);
    return studentReport(student, this.#grading.course, notebooks);
  }

  #tell(): void {
    const elapsedMs = performance.now() - this.#started;
    const left = this.waiting().length;
    const total = this.#handed.length;
    const leftMs = this.graded < 3 ? null : (elapsedMs / this.graded) * left;
    this.#onProgress?.({ done: total - left, total, graded: this.graded, elapsedMs, leftMs });
  }
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The notebook without outputs, which nobody needs here; or why it is none. */
function parse(bytes: Buffer): object | string {
  if (bytes.length > LARGEST_NOTEBOOK) {
    const limit = LARGEST_NOTEBOOK / 1024 / 1024;
    return `This file is larger than ${limit} MB. Clear its outputs, save it and hand it in again.`;
  }
  try {
    const notebook = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
    if (!Array.isArray(notebook?.cells)) return notebook ?? 'This file is no notebook.';
    const cells = notebook.cells.map((cell: { outputs?: unknown } | null) =>
      cell && typeof cell === 'object' ? { ...cell, outputs: undefined } : cell,
    );
    return { ...notebook, cells };
  } catch {
    return 'This file is no notebook: it is not valid JSON. Save it in Jupyter and hand it in again.';
  }
}
