import type { TestReport } from '../client/report.ts';
import type { CallOutcome } from './answer.ts';
import { AnswerThrew, type RecordedCall } from './remote.ts';
import { hasResult, type TestResult } from './run.ts';
import { markDifferences, show, showCall, showResult } from './show.ts';

type Verdict = Pick<TestReport, 'status' | 'message' | 'detail' | 'thrown'>;

/** Errors that may be named in a hidden test's report: a name of one's own could carry an input out. */
const KNOWN_ERRORS = new Set(
  (
    'Error TypeError RangeError ReferenceError SyntaxError EvalError URIError AggregateError ' +
    'ShapeError DTypeError ForbiddenError'
  ).split(' '),
);

/** What a student is told about a public test. */
export function publicVerdict(result: TestResult): Verdict {
  if (result.skipped) return { status: 'not-run', message: NOT_RUN };
  if (result.passed) return { status: 'passed', message: null };
  const broken = result.calls.find((call) => call.outcome && !hasResult(call.outcome));
  if (broken) return { ...brokenVerdict(broken.outcome!), ...callDetail(broken) };
  const { error } = result;
  if (error instanceof AnswerThrew) return thrownVerdict(error, result.calls.at(-1));
  return assertionVerdict(error, result.calls.at(-1));
}

/** What a student is told about a hidden test: its hint, and the place where the answer threw. */
export function hiddenVerdict(result: TestResult, hint: string): Verdict {
  if (result.passed) return { status: 'passed', message: null };
  if (result.skipped) return { status: 'not-run', message: NOT_RUN };
  const { error } = result;
  const broken = result.calls.find((call) => call.outcome && !hasResult(call.outcome));
  if (broken) return { status: brokenVerdict(broken.outcome!).status, message: hint };
  const thrown =
    error instanceof AnswerThrew
      ? { name: KNOWN_ERRORS.has(error.name) ? error.name : 'Error', line: error.line }
      : undefined;
  return { status: 'failed', message: hint, ...(thrown && { thrown }) };
}

const NOT_RUN = 'Not run: the answer ran out of time in earlier tests.';

function brokenVerdict(outcome: CallOutcome): Pick<TestReport, 'status'> & { message: string } {
  if (outcome.type === 'gone') {
    const status = outcome.reason.reason === 'timeout' ? 'timeout' : 'crashed';
    return { status, message: outcome.reason.message };
  }
  if (outcome.type === 'stuck') {
    return {
      status: 'timeout',
      message: 'Your code waits for a promise that never settles.',
    };
  }
  const reason = outcome.type === 'refused' ? outcome.reason : 'nothing';
  return {
    status: 'failed',
    message: `Your function gave ${reason}; a test can compare plain data only.`,
  };
}

function thrownVerdict(error: AnswerThrew, call: RecordedCall | undefined): Verdict {
  const { name, message, line, place } = error;
  return {
    status: 'failed',
    message: `Your code threw ${name}: ${message}${place}`,
    thrown: { name, line },
    ...callDetail(call, 'no error', `${name}: ${message}`),
  };
}

function callDetail(call: RecordedCall | undefined, expected = 'a result', actual = 'none') {
  return call ? { detail: { call: showCall(call), expected, actual } } : {};
}

type AssertionError = {
  message?: string;
  expected?: unknown;
  actual?: unknown;
  __vitest_error_context__?: { assertionName?: string };
};

function assertionVerdict(error: unknown, call: RecordedCall | undefined): Verdict {
  const { message, expected, actual, __vitest_error_context__: context } = error as AssertionError;
  const [first] = String(message ?? error).split('\n');
  const text = first!.replace(/ \/\/ Object\.is equality$/, '');
  const said = cut(text.charAt(0).toUpperCase() + text.slice(1));
  if (!call) return { status: 'failed', message: said };
  if (error instanceof TypeError) return unusableVerdict(error, call);
  if (expected === undefined) return { status: 'failed', message: said };
  const texts: [string, string] = [asText(expected), asText(actual)];
  const ready = context?.assertionName === 'toBeCloseToTensor'; // it marks the places itself
  const [shownExpected, shownActual] = ready
    ? texts
    : markDifferences(cut(texts[0]), cut(texts[1]));
  return {
    status: 'failed',
    message: said,
    detail: { call: showCall(call), expected: cut(shownExpected), actual: cut(shownActual) },
  };
}

/** The test's own code tripped over what the answer returned, such as a missing property. */
function unusableVerdict(error: TypeError, call: RecordedCall): Verdict {
  return {
    status: 'failed',
    message: cut(`The test cannot use what your function returned: ${error.message}`),
    detail: { call: showCall(call), expected: 'a usable result', actual: cut(showResult(call)) },
  };
}

/** Longest text of a report; an answer may have returned a novel. */
const LONGEST = 2000;

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : show(value);
}
