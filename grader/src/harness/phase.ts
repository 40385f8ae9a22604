import { existsSync } from 'node:fs';
import { type Exercise, exercisePaths } from '../catalogue/index.ts';
import { MAX_PRINTED } from '../channel/messages.ts';
import { LIMITS_OF_ANSWER } from '../sandbox/limits.ts';
import type { CompiledAnswer } from '../slicing/compile.ts';
import { type CallOutcome, type Ground, noHandlers } from './answer.ts';
import { Remote } from './remote.ts';
import { runTests, type TestResult } from './run.ts';

/** The files of an exercise's tests; `hidden` is null in a student edition. */
export type TestFiles = { exercise: string; public: string; hidden: string | null };

/** One run of one test file against one answer. */
export type Phase =
  | { results: TestResult[]; printed: string }
  | { failed: CallOutcome; printed: string };

/** An answer that ran out of time so often is not called again. */
const MOST_TIMEOUTS = 2;

export function testFiles(root: string, id: string): TestFiles {
  const paths = exercisePaths(root, id);
  const hidden = existsSync(paths.hiddenTests) ? paths.hiddenTests : null;
  return { exercise: paths.starter, public: paths.publicTests, hidden };
}

/** Loads an answer in a fresh context and runs a test file against it. */
export async function runPhase(
  ground: Ground,
  exercise: Exercise,
  answer: CompiledAnswer,
  test: { file: string; exercise: string; seed: number },
): Promise<Phase> {
  let printed = '';
  const handlers = {
    ...noHandlers,
    printed: (text: string) => {
      if (printed.length < MAX_PRINTED) printed += text;
    },
  };
  const load = () => ground.load(answer, exercise.forbids, handlers);
  const first = await load();
  if ('failed' in first) return { failed: first.failed, printed };
  const remote = new Remote(answer, first.loaded, load);
  let timeouts = 0;
  let spentMs = 0;
  const results = await runTests({
    ...test,
    remote,
    goOn: (last) => {
      if (last && ranOutOfTime(last)) timeouts += 1;
      spentMs += last?.ms ?? 0;
      return timeouts < MOST_TIMEOUTS && spentMs < LIMITS_OF_ANSWER.exerciseMs;
    },
  });
  await remote.drop();
  return { results, printed: printed + remote.printed };
}

export function ranOutOfTime(result: TestResult): boolean {
  return result.calls.some(
    ({ outcome }) =>
      outcome?.type === 'stuck' ||
      (outcome?.type === 'gone' && outcome.reason.reason === 'timeout'),
  );
}
