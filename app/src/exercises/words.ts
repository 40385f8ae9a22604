import type { ExerciseReport, ExerciseState, TestResult } from '../course/types.ts';

export const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** Points as people write them: 2, 0.5, 1.33 */
export const points = (value: number) => String(Math.round(value * 100) / 100);

const DIFFICULTY = ['', 'very easy', 'easy', 'medium', 'hard', 'very hard'];

export const difficulty = (level: number) => DIFFICULTY[level] ?? 'medium';

export type Progress = 'passed' | 'started' | 'given-up' | 'open';

export function progressOf(state: ExerciseState | undefined): Progress {
  if (state?.passed) return 'passed';
  if (state?.gaveUp) return 'given-up';
  return state && state.attempts > 0 ? 'started' : 'open';
}

export const progressWords: Record<Progress, string> = {
  passed: 'passed',
  started: 'tried',
  'given-up': 'solution seen',
  open: 'not tried',
};

/** One sentence above the list of tests. */
export function headline(report: ExerciseReport): string {
  const ran = report.tests.filter(({ status }) => status !== 'not-run');
  const passed = ran.filter(({ status }) => status === 'passed').length;
  const score = `${points(report.points ?? 0)} of ${plural(report.maxPoints, 'point')}`;
  switch (report.status) {
    case 'passed':
      return `Passed: ${passed} of ${plural(ran.length, 'test')}, ${score}.`;
    case 'failed':
      return `Not yet: ${passed} of ${plural(ran.length, 'test')} pass, ${score}.`;
    case 'unanswered':
      return 'This is still the starter. Replace its body with your answer, then check again.';
    case 'missing':
      return 'The cell of this exercise was not found in the notebook.';
    case 'error':
      return 'Your code does not get as far as the tests.';
    case 'timeout':
      return 'Your code did not finish in the time that the tests allow. Does a loop never end?';
    case 'ungradable':
      return 'The grader itself failed. This costs you nothing: check again in a moment.';
  }
}

/** What came of *Check all*; a status of null stands for an exercise that was not graded. */
export function checkedAll(
  results: readonly { title: string; status: ExerciseReport['status'] | null }[],
): string {
  const titles = (wanted: (status: ExerciseReport['status'] | null) => boolean) =>
    results.filter(({ status }) => wanted(status)).map(({ title }) => title);
  const passed = titles((status) => status === 'passed').length;
  const groups: [string, string[]][] = [
    ['Not yet', titles((status) => ['failed', 'error', 'timeout'].includes(status ?? ''))],
    ['Still the starter', titles((status) => status === 'unanswered')],
    ['Deleted', titles((status) => status === 'missing')],
    ['Not graded', titles((status) => status === null || status === 'ungradable')],
  ];
  const rest = groups.filter(([, found]) => found.length > 0);
  const sentences = rest.map(([what, found]) => ` ${what}: ${found.join(', ')}.`);
  return `${passed} of ${plural(results.length, 'exercise')} solved.${sentences.join('')}`;
}

const TEST_STATUS: Record<TestResult['status'], string> = {
  passed: 'passed',
  failed: 'failed',
  timeout: 'took too long',
  crashed: 'stopped the program',
  'not-run': 'not run',
};

export const testStatus = (status: TestResult['status']) => TEST_STATUS[status];
