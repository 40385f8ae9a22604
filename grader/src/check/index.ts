/** The catalogue proves itself: every exercise keeps what `docs` and the design promise of it. */
import { exercisePaths, loadExercise } from '../catalogue/index.ts';
import { LocalGround, localLibrary } from '../harness/answer.ts';
import { TestFileError } from '../harness/run.ts';
import { AnswerCheck } from './answers.ts';
import { chaptersWithExercises, checkChapter, checkFiles, namesIn, type Problem } from './files.ts';
import { checkInSandbox } from './sandboxed.ts';

export type { Problem } from './files.ts';

export type CheckOptions = {
  /** One chapter; all where left out. */
  chapter?: string;
  /** How many seeds each answer is tried with. */
  seeds?: number;
  /** Told after each exercise, and once more for the run in the sandbox. */
  onProgress?(step: CheckStep): void;
};

/** What was found about one exercise; `id` is a chapter's where a file belongs to none. */
export type CheckStep = {
  id: string;
  problems: Problem[];
  mistakes: number;
  alternatives: number;
  ms: number;
};

export type CheckResult = { ok: boolean; steps: CheckStep[]; ms: number };

/**
 * Proves for every exercise: files and metadata are complete; the starter compiles and fails; the solution and every
 * alternative pass all tests; every mistake fails a hidden test and gets its own feedback; every hidden test catches a
 * mistake that passes another test; forbidden names fail. Then the solutions and mistakes once through the sandbox.
 * Imports tests and solutions into this process.
 */
export async function checkCatalogue(
  root: string,
  options: CheckOptions = {},
): Promise<CheckResult> {
  const started = performance.now();
  const chapters = options.chapter ? [options.chapter] : chaptersWithExercises(root);
  const seeds = Array.from({ length: Math.max(1, options.seeds ?? 10) }, (_, i) => i + 1);
  const steps: CheckStep[] = [];
  const note = (step: CheckStep) => {
    steps.push(step);
    options.onProgress?.(step);
  };
  const sound = [];
  for (const chapter of chapters) {
    const { ids, problems } = checkChapter(root, chapter);
    if (problems.length > 0) note({ ...NOTHING, id: chapter, problems });
    for (const id of ids) {
      const step = await checkExercise(root, id, seeds);
      note(step);
      if (step.problems.length === 0) sound.push(loadExercise(root, id));
    }
  }
  const before = performance.now();
  const problems = await checkInSandbox(root, sound);
  note({ ...NOTHING, id: 'sandbox', problems, ms: performance.now() - before });
  const ok = steps.every((step) => step.problems.length === 0);
  return { ok, steps, ms: performance.now() - started };
}

const NOTHING = { mistakes: 0, alternatives: 0, ms: 0 };

async function checkExercise(root: string, id: string, seeds: number[]): Promise<CheckStep> {
  const started = performance.now();
  const exercise = loadExercise(root, id);
  const paths = exercisePaths(root, id);
  const problems: Problem[] = [];
  try {
    problems.push(...(await checkFiles(root, exercise)));
    const answers = new AnswerCheck(root, new LocalGround(await localLibrary()), exercise);
    if (problems.length === 0) await answers.run(seeds);
    problems.push(...answers.problems);
  } catch (error) {
    if (!(error instanceof TestFileError)) throw error;
    problems.push({ file: `exercises/${id}.ts`, message: error.message });
  }
  return {
    id,
    problems,
    mistakes: namesIn(paths.mistakes).length,
    alternatives: namesIn(paths.alternatives).length,
    ms: performance.now() - started,
  };
}
