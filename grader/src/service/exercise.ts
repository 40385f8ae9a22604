import type { Exercise } from '../catalogue/index.ts';
import { MAX_PRINTED } from '../channel/messages.ts';
import type { ExerciseReport, ExerciseStatus, TestReport } from '../client/report.ts';
import type { CallOutcome, Ground } from '../harness/answer.ts';
import { loadMistakes, recogniseMistake } from '../harness/mistakes.ts';
import { type Phase, ranOutOfTime, runPhase, type TestFiles, testFiles } from '../harness/phase.ts';
import { type TestResult, titlesOf } from '../harness/run.ts';
import { hiddenVerdict, publicVerdict } from '../harness/verdict.ts';
import type { CompiledAnswer } from '../slicing/compile.ts';
import type { Cell } from '../slicing/notebook.ts';
import { type Slice, slice } from '../slicing/slice.ts';
import { rounded, sharePoints } from './points.ts';

const NO_HIDDEN_TESTS = 'Not run here: hidden tests are run by your instructor.';
const NOT_REACHED = 'Not run.';

/** One exercise of a submission on its way through the grader. */
export class GradedExercise {
  readonly exercise: Exercise;
  readonly #root: string;
  readonly #seed: number;
  readonly #hintsUsed: number;
  readonly #files: TestFiles;
  readonly #slice: Slice;
  #public: Phase | null = null;
  #hidden: Phase | null = null;
  #mistake: { name: string; feedback: string } | null = null;
  #failure: string | null = null;
  #ms = 0;

  constructor(
    root: string,
    exercise: Exercise,
    cells: Cell[],
    { seed, hints }: { seed: number; hints: Record<string, number> },
  ) {
    this.exercise = exercise;
    this.#root = root;
    this.#seed = seed;
    this.#hintsUsed = Math.min(hints[exercise.id] ?? 0, exercise.hints.length);
    this.#files = testFiles(root, exercise.id);
    try {
      this.#slice = slice(cells, exercise);
    } catch (error) {
      process.stderr.write(`grader: ${exercise.id}: ${(error as Error).stack}\n`);
      this.#slice = { status: 'missing', message: 'The cell could not be read.' };
      this.giveUp('The grader could not read this cell. That should not happen; please report it.');
    }
  }

  async runPublic(ground: Ground): Promise<void> {
    const { answer } = this;
    if (!answer) return;
    this.#public = await this.#run(ground, answer, this.#files.public);
  }

  /** Hidden tests run after the public tests of all exercises: nothing can come back from them. */
  async runHidden(ground: Ground): Promise<void> {
    const { answer } = this;
    if (!answer || !this.#files.hidden || !this.#public || 'failed' in this.#public) return;
    if (this.#public.results.some((result) => result.skipped)) return; // out of time already
    this.#hidden = await this.#run(ground, answer, this.#files.hidden);
  }

  async recogniseMistake(trusted: Ground): Promise<void> {
    const results = this.#results;
    if (results.length === 0 || results.every((result) => result.passed)) return;
    const started = performance.now();
    const mistakes = loadMistakes(this.#root, this.exercise.id);
    const calls = results.flatMap((result) => result.calls);
    const found = await recogniseMistake(trusted, this.exercise, mistakes, calls);
    this.#mistake = found && { name: found.name, feedback: found.feedback };
    this.#ms += performance.now() - started;
  }

  /** Our own machinery failed on this exercise. */
  giveUp(reason: string): void {
    this.#failure = reason;
  }

  async report(): Promise<ExerciseReport> {
    const { exercise } = this;
    const tests = await this.#tests();
    const status = this.#status(tests);
    const ungradable = status === 'ungradable';
    const earned = tests.reduce((sum, test) => sum + test.points, 0);
    const penalty = ungradable ? 0 : Math.min(earned, this.#hintsUsed * exercise.hintPrice);
    return {
      id: exercise.id,
      version: exercise.version,
      title: exercise.title,
      status,
      points: ungradable ? null : rounded(earned - penalty),
      maxPoints: exercise.points,
      hintsUsed: this.#hintsUsed,
      penalty: rounded(penalty),
      ms: Math.round(this.#ms),
      output: (this.#public?.printed ?? '').slice(0, MAX_PRINTED),
      ...this.#explanation(status),
      tests: tests.map((test) => ({
        ...test,
        points: ungradable ? 0 : rounded(test.points),
        maxPoints: rounded(test.maxPoints),
      })),
      mistake: this.#mistake,
    };
  }

  get answer(): CompiledAnswer | null {
    return this.#slice.status === 'ready' ? this.#slice.answer : null;
  }

  get #results(): TestResult[] {
    return [this.#public, this.#hidden].flatMap((phase) =>
      phase && 'results' in phase ? phase.results : [],
    );
  }

  async #run(ground: Ground, answer: CompiledAnswer, file: string): Promise<Phase> {
    const started = performance.now();
    const test = { file, exercise: this.#files.exercise, seed: this.#seed };
    try {
      return await runPhase(ground, this.exercise, answer, test);
    } finally {
      this.#ms += performance.now() - started;
    }
  }

  async #tests(): Promise<TestReport[]> {
    const { exercise } = this;
    const { exercise: starter, public: file, hidden } = this.#files;
    const titles = await titlesOf(file, starter, exercise.declares);
    const hiddenTitles = Object.keys(exercise.hidden);
    const shares = sharePoints(exercise, [...titles, ...hiddenTitles]);
    const visible = titles.map((title) => {
      const result = resultOf(this.#public, title);
      const verdict = result
        ? publicVerdict(result)
        : { status: 'not-run' as const, message: NOT_REACHED };
      return testReport(title, 'public', verdict, shares.get(title)!, result?.ms ?? 0);
    });
    const unseen = hiddenTitles.map((title) => {
      const result = resultOf(this.#hidden, title);
      const message = hidden ? NOT_REACHED : NO_HIDDEN_TESTS;
      const verdict = result
        ? hiddenVerdict(result, exercise.hidden[title]!)
        : { status: 'not-run' as const, message };
      return testReport(title, 'hidden', verdict, shares.get(title)!, result?.ms ?? 0);
    });
    return [...visible, ...unseen];
  }

  #status(tests: TestReport[]): ExerciseStatus {
    if (this.#failure !== null) return 'ungradable';
    if (this.#slice.status !== 'ready') return this.#slice.status;
    if (this.#public && 'failed' in this.#public) {
      return isTimeout(this.#public.failed) ? 'timeout' : 'error';
    }
    if (this.#results.some(ranOutOfTime)) return 'timeout';
    const counted = this.#files.hidden
      ? tests
      : tests.filter((test) => test.visibility === 'public');
    return counted.every((test) => test.status === 'passed') ? 'passed' : 'failed';
  }

  #explanation(status: ExerciseStatus): Pick<ExerciseReport, 'message' | 'error'> {
    if (this.#failure !== null) return { message: this.#failure };
    if (status === 'unanswered') return { message: 'The cell still holds the starter.' };
    if (this.#slice.status === 'missing') return { message: this.#slice.message };
    if (this.#slice.status === 'error') {
      const { message, error } = this.#slice;
      return { ...(message && { message }), ...(error && { error }) };
    }
    if (this.#public && 'failed' in this.#public) return this.#loadFailure(this.#public.failed);
    return {};
  }

  #loadFailure(failed: CallOutcome): Pick<ExerciseReport, 'message' | 'error'> {
    if (failed.type === 'gone') return { message: failed.reason.message };
    if (failed.type === 'stuck') {
      return { message: 'The cell waits at its top level for something that never happens.' };
    }
    if (failed.type !== 'threw') return { message: 'The cell could not be loaded.' };
    const origin = failed.position && this.answer?.origin(failed.position);
    const elsewhere = origin && !origin.own ? ` (cell ${origin.cell}, line ${origin.line})` : '';
    const message = failed.message + elsewhere;
    return { error: { name: failed.name, message, line: origin?.own ? origin.line : null } };
  }
}

function isTimeout(outcome: CallOutcome): boolean {
  return (
    outcome.type === 'stuck' || (outcome.type === 'gone' && outcome.reason.reason === 'timeout')
  );
}

function resultOf(phase: Phase | null, title: string): TestResult | undefined {
  return phase && 'results' in phase
    ? phase.results.find((result) => result.title === title)
    : undefined;
}

function testReport(
  name: string,
  visibility: 'public' | 'hidden',
  verdict: Pick<TestReport, 'status' | 'message' | 'detail' | 'thrown'>,
  share: number,
  ms: number,
): TestReport {
  const { status, message, ...more } = verdict;
  const points = status === 'passed' ? share : 0;
  return {
    name,
    visibility,
    status,
    points,
    maxPoints: share,
    message,
    ms: Math.round(ms),
    ...more,
  };
}
