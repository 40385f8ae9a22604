import path from 'node:path';
import { type Exercise, exercisePaths } from '../catalogue/index.ts';
import { type Ground, noHandlers } from '../harness/answer.ts';
import { compileFile, loadMistakes, type Mistake, recogniseMistake } from '../harness/mistakes.ts';
import { runPhase } from '../harness/phase.ts';
import type { TestResult } from '../harness/run.ts';
import { publicVerdict } from '../harness/verdict.ts';
import type { CompiledAnswer } from '../slicing/compile.ts';
import { sliceFile } from '../slicing/slice.ts';
import { namesIn, type Problem } from './files.ts';

/** Results of one answer: what failed, of all tests. */
type Run = { public: TestResult[]; hidden: TestResult[] };

/** Mistakes are many and each is compared with all others: fewer seeds do. */
const SHARE_FOR_MISTAKES = 0.3;

/** Runs the answers of one exercise against its tests in this process, for they are all ours. */
export class AnswerCheck {
  readonly problems: Problem[] = [];
  readonly #root: string;
  readonly #ground: Ground;
  readonly #exercise: Exercise;
  readonly #paths: ReturnType<typeof exercisePaths>;
  readonly #mistakes: Mistake[];
  /** Hidden test → an answer that fails it and passes another test. */
  readonly #caught = new Map<string, string>();

  constructor(root: string, ground: Ground, exercise: Exercise) {
    this.#root = root;
    this.#ground = ground;
    this.#exercise = exercise;
    this.#paths = exercisePaths(root, exercise.id);
    this.#mistakes = loadMistakes(root, exercise.id);
  }

  /** All that must hold for every one of these seeds (for mistakes, for the first of them). */
  async run(seeds: number[]): Promise<void> {
    await this.#checkForbiddenNames();
    if (this.problems.length > 0) return; // no answer could be loaded
    const answers = [this.#paths.solution, ...this.#alternatives()];
    for (const file of answers) await this.#checkRight(file, seeds);
    await this.#checkStarter(seeds[0]!);
    const some = seeds.slice(0, Math.ceil(seeds.length * SHARE_FOR_MISTAKES));
    for (const mistake of this.#mistakes) await this.#checkMistake(mistake, some);
    for (const title of Object.keys(this.#exercise.hidden)) {
      if (this.#caught.has(title)) continue;
      const why = 'fails for no mistake that passes another test: it may be testing nothing';
      this.#problem(this.#paths.hiddenTests, `"${title}" ${why}`);
    }
  }

  #alternatives(): string[] {
    const directory = this.#paths.alternatives;
    return namesIn(directory).map((name) => path.join(directory, `${name}.ts`));
  }

  #problem(file: string, message: string): void {
    this.problems.push({ file: path.relative(this.#root, file), message });
  }

  async #checkRight(file: string, seeds: number[]): Promise<void> {
    const answer = compileFile(file, this.#exercise);
    for (const seed of seeds) {
      const run = await this.#tests(answer, seed);
      if (!run) return this.#problem(file, 'throws while it is loaded');
      const failed = [...run.public, ...run.hidden].find((result) => !result.passed);
      if (!failed) continue;
      const { message } = publicVerdict(failed);
      return this.#problem(file, `fails "${failed.title}" with seed ${seed}: ${message}`);
    }
  }

  async #checkStarter(seed: number): Promise<void> {
    const file = this.#paths.starter;
    const sliced = sliceFile(this.#exercise.starter, this.#exercise);
    if (sliced.status === 'error') {
      return this.#problem(file, `does not compile: ${sliced.error?.message ?? sliced.message}`);
    }
    const run = await this.#tests(compileFile(file, this.#exercise), seed);
    if (!run) return this.#problem(file, 'throws while it is loaded');
    if (run.public.every((result) => result.passed)) {
      this.#problem(file, 'passes all public tests; a student would not know that it is no answer');
    }
    this.#noteCaught(run, 'the starter');
  }

  async #checkMistake(mistake: Mistake, seeds: number[]): Promise<void> {
    const answer = compileFile(mistake.file, this.#exercise);
    for (const seed of seeds) {
      const run = await this.#tests(answer, seed);
      if (!run) return this.#problem(mistake.file, 'throws while it is loaded');
      if (run.hidden.every((result) => result.passed)) {
        return this.#problem(mistake.file, `passes every hidden test with seed ${seed}`);
      }
      this.#noteCaught(run, mistake.name);
      const calls = [...run.public, ...run.hidden].flatMap((result) => result.calls);
      const found = await recogniseMistake(this.#ground, this.#exercise, this.#mistakes, calls);
      if (found?.name === mistake.name) continue;
      const got = found ? `is taken for ${found.name}` : 'is not recognised';
      return this.#problem(mistake.file, `${got} with seed ${seed}`);
    }
  }

  #noteCaught(run: Run, name: string): void {
    const results = [...run.public, ...run.hidden];
    if (!results.some((result) => result.passed)) return;
    for (const result of run.hidden) if (!result.passed) this.#caught.set(result.title, name);
  }

  async #tests(answer: CompiledAnswer, seed: number): Promise<Run | null> {
    const { starter: exercise, publicTests, hiddenTests } = this.#paths;
    const phases = [];
    for (const file of [publicTests, hiddenTests]) {
      phases.push(await runPhase(this.#ground, this.#exercise, answer, { file, exercise, seed }));
    }
    const [seen, hidden] = phases;
    if (!seen || !hidden || 'failed' in seen || 'failed' in hidden) return null;
    return { public: seen.results, hidden: hidden.results };
  }

  /** Every forbidden name exists, and using it fails. */
  async #checkForbiddenNames(): Promise<void> {
    const { forbids, declares } = this.#exercise;
    for (const name of forbids) {
      const use = name.startsWith('nn.')
        ? `new lib.${name}(2, 2, { seed: 1 }).forward(lib.tensor([[1, 2]]))`
        : `lib.${name}(lib.tensor([1]))`;
      const stubs = declares.map((one) => `export function ${one}() { return ${use}; }`);
      const source = `import * as lib from '@lectern/lib';\n${stubs.join('\n')}`;
      const sliced = sliceFile(source, this.#exercise);
      if (sliced.status !== 'ready') throw new Error('The probe for forbidden names is wrong.');
      const loading = await this.#ground.load(sliced.answer, forbids, noHandlers);
      if ('failed' in loading) {
        const why = loading.failed.type === 'threw' ? loading.failed.message : 'it does not load';
        return this.#problem(this.#paths.meta, `forbids "${name}": ${why}`);
      }
      const outcome = await loading.loaded.call(
        declares[0]!,
        { wire: ['array', []], blobs: [] },
        noHandlers,
      );
      if (outcome.type === 'threw' && outcome.name === 'ForbiddenError') continue;
      this.#problem(this.#paths.meta, `forbids "${name}", but it can be used`);
    }
  }
}
