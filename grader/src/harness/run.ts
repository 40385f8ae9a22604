import { statSync } from 'node:fs';
import * as library from '@lectern/lib/browser';
import {
  collectTests,
  describe,
  getFn,
  it,
  startTests,
  suite,
  type Task,
  type Test,
  test,
  type VitestRunner,
} from '@vitest/runner';
import * as testing from '../testing/index.ts';
import { setRunSeed } from '../testing/seed.ts';
import type { CallOutcome } from './answer.ts';
import { expect, openAssertions } from './expect.ts';
import { evaluateFresh } from './modules.ts';
import type { RecordedCall, Remote } from './remote.ts';

/** What came of one test, before anybody has written it up for a student. */
export type TestResult = {
  title: string;
  passed: boolean;
  /** Not run at all. */
  skipped: boolean;
  /** What made it fail: an assertion, the answer's own error, a slip of the test's author. */
  error: Error | undefined;
  calls: RecordedCall[];
  ms: number;
};

/** A test file that cannot be used; its author's business, never the student's. */
export class TestFileError extends Error {
  override name = 'TestFileError';
}

export type RunRequest = {
  /** The test file. */
  file: string;
  /** The exercise's module, as the test file imports it. */
  exercise: string;
  seed: number;
  remote: Remote;
  /** Asked before each test with the one before it; false leaves the rest out. */
  goOn?(last: TestResult | undefined): boolean;
};

const notOffered = (name: string): unknown =>
  new Proxy(() => {}, {
    get: () => notOffered(name),
    apply: () => {
      throw new TestFileError(`${name} is not offered in tests of exercises`);
    },
  });

/**
 * What `import { … } from 'vitest'` gives in tests of exercises. No hooks: what an answer breaks in a hook would belong
 * to no test.
 */
const vitestShim = {
  ...{ describe, expect, it, suite, test },
  ...Object.fromEntries(
    'vi vitest beforeAll beforeEach afterAll afterEach assert expectTypeOf'
      .split(' ')
      .map((name) => [name, notOffered(name)]),
  ),
};

/** Runs the tests of one file against one answer. @throws TestFileError */
export async function runTests(request: RunRequest): Promise<TestResult[]> {
  const results: TestResult[] = [];
  setRunSeed(request.seed);
  const importTests = () => importFile(request.file, request.exercise, request.remote.exports());
  const runner = makeRunner(importTests, (task) => runOne(task, request, results));
  const [file] = await startTests([request.file], runner);
  checkCollected(request.file, file!);
  if (testsIn(file!).length !== results.length) {
    throw new TestFileError(`${request.file}: a test is skipped`);
  }
  for (const { error, title } of results) {
    if (!(error instanceof TestFileError)) continue;
    throw new TestFileError(`${request.file}: "${title}": ${error.message}`);
  }
  if (request.remote.failure) throw request.remote.failure;
  return results;
}

const knownTitles = new Map<string, { stamp: number; titles: string[] }>();

/** Titles of the tests of a file, without running any. @throws TestFileError */
export async function titlesOf(file: string, exercise: string, names: string[]): Promise<string[]> {
  const stamp = statSync(file).mtimeMs;
  const known = knownTitles.get(file);
  if (known?.stamp === stamp) return known.titles;
  const titles = await collectTitles(file, exercise, names);
  knownTitles.set(file, { stamp, titles });
  return titles;
}

async function collectTitles(file: string, exercise: string, names: string[]): Promise<string[]> {
  const nothing = Object.fromEntries(names.map((name) => [name, () => undefined]));
  const runner = makeRunner(
    () => importFile(file, exercise, nothing),
    async () => {},
  );
  const [collected] = await collectTests([file], runner);
  checkCollected(file, collected!);
  return testsIn(collected!).map((task) => task.name);
}

function importFile(file: string, exercise: string, answer: Record<string, unknown>): void {
  evaluateFresh(file, (specifier) => {
    switch (specifier) {
      case exercise:
        return answer;
      case 'vitest':
        return vitestShim;
      case '@lectern/lib':
        return library;
      case '@lectern/grader/testing':
        return testing;
      default:
        return undefined;
    }
  });
}

function makeRunner(importFile: () => void, runTask: (task: Test) => Promise<void>): VitestRunner {
  return {
    importFile,
    runTask,
    config: {
      root: '/',
      setupFiles: [],
      name: undefined,
      passWithNoTests: false,
      testNamePattern: undefined,
      allowOnly: false,
      sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
      chaiConfig: undefined,
      maxConcurrency: 1, // one worker answers one call at a time
      testTimeout: 0, // each call has its own limits
      hookTimeout: 0,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
  };
}

/** Runs one test and keeps what happened; a failure is kept as it was thrown, with all its properties. */
async function runOne(task: Test, request: RunRequest, results: TestResult[]): Promise<void> {
  const { remote } = request;
  await remote.nextTest();
  const started = performance.now();
  const result: TestResult = {
    title: task.name,
    passed: false,
    skipped: request.goOn?.(results.at(-1)) === false,
    error: undefined,
    calls: remote.calls,
    ms: 0,
  };
  results.push(result);
  if (result.skipped) return;
  try {
    await getFn(task)();
    await Promise.all(openAssertions);
    result.passed = true;
  } catch (error) {
    result.error = error instanceof Error ? error : new Error(String(error));
  } finally {
    await Promise.allSettled(openAssertions);
    openAssertions.clear();
  }
  await remote.idle();
  judgeCalls(result);
  result.ms = performance.now() - started;
}

/** However the test went: a call without a result, or one that nobody waited for, is no success. */
function judgeCalls(result: TestResult): void {
  if (!result.passed) return;
  if (result.calls.some((call) => call.outcome && !hasResult(call.outcome))) {
    result.passed = false;
    return;
  }
  const forgotten = result.calls.find((call) => !call.awaited);
  if (!forgotten) return;
  result.passed = false;
  result.error = new TestFileError(`the test does not await a call of ${forgotten.target}`);
}

export function hasResult(outcome: CallOutcome): boolean {
  return outcome.type === 'returned' || outcome.type === 'threw';
}

function testsIn(task: Task): Test[] {
  return task.type === 'test' ? [task] : task.tasks.flatMap(testsIn);
}

function checkCollected(name: string, file: Task): void {
  const [error] = file.result?.errors ?? [];
  const suites = file.type === 'suite' ? file.tasks : [];
  const failed = error ?? suites.flatMap((suite) => suite.result?.errors ?? [])[0];
  if (failed) throw new TestFileError(`${name}: ${failed.message}`);
  if (testsIn(file).length === 0) throw new TestFileError(`${name}: has no tests`);
}
