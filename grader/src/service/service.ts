import { existsSync, readFileSync } from 'node:fs';
import { loadBundle } from '../bundle/bundle.ts';
import { cellSource, exercisePaths, loadCourse, loadExercise } from '../catalogue/index.ts';
import type { ExerciseReport, Report, SandboxLevel } from '../client/report.ts';
import type { GradeRequest } from '../client/start.ts';
import { LocalGround, localLibrary, SandboxGround } from '../harness/answer.ts';
import { TestFileError } from '../harness/run.ts';
import { WorkerPool } from '../sandbox/pool.ts';
import { BadRequest } from './errors.ts';
import { GradedExercise } from './exercise.ts';
import { inPlainText } from './plain-text.ts';
import { rounded } from './points.ts';
import { readSubmission } from './submission.ts';

export type ServiceOptions = { root: string; warm?: number; class?: boolean };

const LARGEST_SEED = 2 ** 32 - 1;

function seedOf({ seed }: GradeRequest): number {
  if (seed === undefined) return Math.floor(Math.random() * LARGEST_SEED);
  if (Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED) return seed;
  throw new BadRequest(`A seed is a whole number from 0 to ${LARGEST_SEED}, not ${seed}.`);
}

/** Grades notebooks, one at a time. Lives in a process of its own, which holds the hidden tests. */
export class GradingService {
  readonly #options: ServiceOptions;
  readonly #pools = new Map<SandboxLevel | 'best', Promise<WorkerPool>>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Starts what a first grading would otherwise wait for. */
  async warmUp(): Promise<void> {
    const pool = await this.#pool(undefined);
    await pool.refill();
    await localLibrary();
  }

  grade(request: GradeRequest): Promise<Report> {
    const graded = this.#queue.then(() => this.#grade(request));
    this.#queue = graded.catch(() => {});
    return graded;
  }

  /** The reference answer as a notebook cell holds it. */
  solution(id: string): string {
    const { root } = this.#options;
    loadExercise(root, id); // an unknown exercise is refused by name
    const file = exercisePaths(root, id).solution;
    if (!existsSync(file))
      throw new BadRequest(`This edition of the course has no solution of ${id}.`);
    return cellSource(readFileSync(file, 'utf8'));
  }

  async close(): Promise<void> {
    for (const pool of this.#pools.values()) await (await pool).close();
  }

  async #grade(request: GradeRequest): Promise<Report> {
    const started = performance.now();
    const { root } = this.#options;
    const course = loadCourse(root);
    const { cells, exercises } = readSubmission(root, course, request);
    const seed = seedOf(request);
    const pool = await this.#pool(request.sandbox);
    const sandbox = await pool.level();
    const graded = exercises.map(
      (exercise) => new GradedExercise(root, exercise, cells, { seed, hints: request.hints ?? {} }),
    );
    await this.#run(pool, graded);
    const reports: ExerciseReport[] = [];
    for (const one of graded) reports.push(inPlainText(await one.report())); // collecting tests has one place only
    const total = (pick: (report: ExerciseReport) => number | null) =>
      rounded(reports.reduce((sum, report) => sum + (pick(report) ?? 0), 0));
    return {
      schemaVersion: 1,
      course: course.version,
      notebook: request.path,
      seed,
      sandbox,
      complete: reports.every((report) => report.status !== 'ungradable'),
      points: total((report) => report.points),
      maxPoints: total((report) => report.maxPoints),
      ms: Math.round(performance.now() - started),
      exercises: reports,
    };
  }

  /** First the public tests of all exercises, then the hidden ones; then nothing runs but our own code. */
  async #run(pool: WorkerPool, graded: GradedExercise[]): Promise<void> {
    const ground = new SandboxGround(pool);
    try {
      for (const one of graded) await this.#attempt(one, () => one.runPublic(ground));
      for (const one of graded) await this.#attempt(one, () => one.runHidden(ground));
    } finally {
      await ground.close();
      void pool.refill();
    }
    const trusted = new LocalGround(await localLibrary());
    for (const one of graded) await this.#attempt(one, () => one.recogniseMistake(trusted));
  }

  /** A failure of ours is tried once more; then this exercise is ungradable, never zero. */
  async #attempt(one: GradedExercise, work: () => Promise<void>): Promise<void> {
    try {
      await work().catch(work);
    } catch (error) {
      const { message, stack } = error as Error;
      const said = error instanceof TestFileError ? message : stack;
      process.stderr.write(`grader: ${one.exercise.id} is ungradable: ${said}\n`);
      one.giveUp(
        'The grader failed on this exercise. It is not your fault, and it costs no points.',
      );
    }
  }

  #pool(level: SandboxLevel | undefined): Promise<WorkerPool> {
    const key = level ?? 'best';
    let pool = this.#pools.get(key);
    if (!pool) {
      const { warm = 1, class: isClass } = this.#options;
      pool = loadBundle().then((bundle) => new WorkerPool(bundle, { warm, level, class: isClass }));
      this.#pools.set(key, pool);
    }
    return pool;
  }
}
