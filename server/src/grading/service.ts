import fs from 'node:fs/promises';
import path from 'node:path';
import type { ExerciseReport, Grader, Report } from '@lectern/grader/client';
import { writeAtomically } from '../contents/atomic.ts';
import { isNotebook, type Notebook, sourceOf } from '../contents/notebook-file.ts';
import { exerciseOf } from '../course/merge.ts';
import type { CourseService } from '../course/service.ts';
import { RequestError } from '../errors.ts';
import type { Settings } from '../options.ts';
import type { Attempt, ProgressStore } from '../progress/types.ts';
import { answerModule } from './answer-module.ts';

export interface CheckRequest {
  path: string;
  notebook: unknown;
  exercises?: string[];
}

/** Asks the grader, which is a process of its own, and keeps the record of what it said. */
export class GradingService {
  readonly #settings: Settings;
  readonly #course: CourseService;
  readonly #progress: ProgressStore;
  #grader: Promise<Grader> | null = null;
  #closed = false;

  constructor(settings: Settings, course: CourseService, progress: ProgressStore) {
    this.#settings = settings;
    this.#course = course;
    this.#progress = progress;
  }

  /** Starts the grader ahead of the first check. */
  async warm(): Promise<void> {
    await this.#started();
  }

  /** Grades, then records the attempts; resolves when they are on the disk. */
  async check({ path: notebookPath, notebook, exercises }: CheckRequest): Promise<Report> {
    if (!isNotebook(notebook)) {
      throw new RequestError('bad-request', '“notebook” must be a notebook of format 4.');
    }
    await Promise.all((exercises ?? []).map((id) => this.#course.definition(id)));
    const hints = await this.#course.hintsUsed();
    const grader = await this.#started();
    const report = await grader
      .grade({ notebook, path: notebookPath, exercises, hints })
      .catch((error: unknown) => {
        throw asRequestError(error);
      });
    const attempts = report.exercises.flatMap((exercise) =>
      attemptOf(exercise, notebook, report.seed),
    );
    if (attempts.length > 0) this.#progress.record(attempts);
    for (const attempt of attempts) {
      if (attempt.status === 'passed') await this.#keepAnswer(attempt);
    }
    return report;
  }

  /**
   * The reference answer, for whoever has passed or gives up.
   * @throws RequestError not-yet
   */
  async solution(id: string, giveUp: boolean): Promise<{ source: string }> {
    const { passed, gaveUp } = await this.#course.exercise(id);
    if (!passed && !gaveUp && !giveUp) {
      throw new RequestError(
        'not-yet',
        'The solution is shown once you have passed the exercise, or given it up.',
      );
    }
    const grader = await this.#started();
    const source = await grader.solution(id).catch((error: unknown) => {
      throw asRequestError(error);
    });
    // After the grader has it: giving up must not be recorded for nothing.
    if (!passed && !gaveUp) this.#progress.giveUp(id);
    return { source };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#grader?.catch(() => null))?.close();
  }

  #started(): Promise<Grader> {
    if (this.#closed) throw new RequestError('grader-unavailable', 'The server is shutting down.');
    // Starts again by itself after a crash; a failed import is tried anew.
    this.#grader ??= import('@lectern/grader/client')
      .then(({ startGrader }) => startGrader({ root: this.#settings.root, warm: 1 }))
      .catch((error) => {
        this.#grader = null;
        throw asRequestError(error);
      });
    return this.#grader;
  }

  /** Later chapters build on what the learner wrote. Not worth failing a check for. */
  async #keepAnswer({ exercise, source }: Attempt): Promise<void> {
    const { answersDir, logger } = this.#settings;
    try {
      const { declares } = await this.#course.definition(exercise);
      const file = path.join(answersDir, `${exercise}.ts`);
      await fs.mkdir(path.dirname(file), { recursive: true });
      await writeAtomically(file, answerModule(source, declares));
    } catch (error) {
      logger.warn(`The answer to ${exercise} was not kept: ${(error as Error).message}`);
    }
  }
}

/** Nothing where there was no answer to judge, or we could not judge it. */
function attemptOf(report: ExerciseReport, notebook: Notebook, seed: number): Attempt[] {
  const { id, version, status, points, maxPoints } = report;
  const judged =
    status === 'passed' || status === 'failed' || status === 'error' || status === 'timeout';
  const cell = notebook.cells.find((candidate) => exerciseOf(candidate) === id);
  if (!judged) return [];
  return [
    {
      ...{ exercise: id, version, status, maxPoints, seed, report },
      points: points ?? 0,
      source: cell ? sourceOf(cell) : '',
    },
  ];
}

function asRequestError(error: unknown): Error {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'bad-request') return new RequestError('bad-request', String(message));
  return new RequestError(
    'grader-unavailable',
    `The grader could not judge this; nothing was counted. ${String(message)} Try again.`,
  );
}
