import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../grader/src/check/index.ts';
import { type Files, makeCourse, sumOfSquares } from './course.ts';

const id = 'basics/sum-of-squares';
const mistakes = `grader/mistakes/${id}`;

async function check(files: Files): Promise<CheckResult & { progress: string[] }> {
  const course = makeCourse(files);
  try {
    const script = path.join(import.meta.dirname, 'run-check.ts');
    const args = ['--conditions=source', script, course.root, 'basics'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout);
  } finally {
    course.remove();
  }
}

async function problemsOf(changes: Files): Promise<string[]> {
  const { ok, steps } = await check({ ...sumOfSquares(), ...changes });
  const problems = steps.flatMap((step) => step.problems);
  expect(ok).toBe(problems.length === 0);
  return problems.map(({ file, message }) => `${file}: ${message}`);
}

const meta = (change: object) => ({
  [`exercises/${id}.json`]: JSON.stringify({
    ...JSON.parse(sumOfSquares()[`exercises/${id}.json`]!),
    ...change,
  }),
});
const wrong = (feedback: string, body: string) =>
  `/** ${feedback} */\nexport function sumOfSquares(values: number[]): number {\n  ${body}\n}\n`;

describe('checkCatalogue', () => {
  it('is content with a sound exercise, and says how far it is', async () => {
    const result = await check(sumOfSquares());
    expect(result).toMatchObject({ ok: true, progress: [id, 'sandbox'] });
    expect(result.steps[0]).toMatchObject({ id, problems: [], mistakes: 5, alternatives: 2 });
  });

  it('finds answers that are not what they should be', async () => {
    const problems = await problemsOf({
      [`grader/alternatives/${id}/loop.ts`]: wrong('', 'return values.length;'),
      [`${mistakes}/right.ts`]: wrong(
        'But it is right.',
        'return values.reduce((s, x) => s + x * x, 0);',
      ),
      [`${mistakes}/sum-again.ts`]: wrong(
        'The same as sum.',
        'let s = 0; for (const x of values) s += x; return s;',
      ),
    });
    expect(problems).toEqual([
      expect.stringMatching(
        /alternatives.*loop\.ts: fails "adds up" with seed 1: Expected 3 to be 14/,
      ),
      expect.stringMatching(/right\.ts: passes every hidden test/),
      expect.stringMatching(/sum\.ts: is taken for sum-again/),
    ]);
  });

  it('finds a starter that passes and a hidden test that catches nothing', async () => {
    const hidden = `grader/hidden/${id}.test.ts`;
    const tests = sumOfSquares()[hidden]!.replace(
      "it('random lists'",
      "it('does not throw', async () => { await sumOfSquares([1]); });\n  it('random lists'",
    );
    const hints = { 'random lists': 'a', 'scales with the square': 'b', 'does not throw': 'c' };
    const problems = await problemsOf({
      [`exercises/${id}.ts`]: sumOfSquares()[`exercises/${id}.ts`]!.replace(
        'values.length',
        'values.map((x) => x * x).reduce((a, b) => a + b, 0)',
      ),
      [hidden]: tests,
      ...meta({ hidden: hints }),
    });
    expect(problems).toEqual([
      expect.stringMatching(/passes all public tests/),
      expect.stringMatching(/"does not throw" fails for no mistake/),
    ]);
  });

  it('finds what is missing, superfluous or misnamed', async () => {
    const problems = await problemsOf({
      ...meta({
        hints: ['only one'],
        hidden: { 'random lists': 'a', 'no such test': 'b' },
        weights: { 'no such test either': 2 },
      }),
      [`exercises/${id}.ts`]:
        'export function sumOfSquares(values: number[]): number { return 1; }',
      [`${mistakes}/silent.ts`]: 'export const sumOfSquares = () => 7;',
      'exercises/basics/notes.md': 'stray',
      'grader/mistakes/basics/gone/x.ts': '// stray',
      'solutions/basics/gone.ts': '// stray',
    });
    for (const expected of [
      /notes\.md: belongs to no exercise/,
      /solutions\/basics\/gone\.ts: belongs to no exercise/,
      /mistakes\/basics\/gone: belongs to no exercise/,
      /1 hints/,
      /0 @example/,
      /no @returns/,
      /silent\.ts: starts with no feedback/,
      /no hint for the hidden test "scales with the square"/,
      /hint for "no such test", which is no hidden test/,
      /weight to "no such test either"/,
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(expected));
    }
  });

  it('finds forbidden names that do not exist', async () => {
    expect(await problemsOf(meta({ forbids: ['dot', 'softmix'] }))).toEqual([
      expect.stringMatching(/forbids "dot".*softmix/),
    ]);
  });

  it.each([
    ['{', /not valid JSON/],
    ['{}', /id must be a text/],
    [
      JSON.stringify({ ...JSON.parse(sumOfSquares()[`exercises/${id}.json`]!), difficulty: 9 }),
      /difficulty must be a number from 1 to 5/,
    ],
    [
      JSON.stringify({ ...JSON.parse(sumOfSquares()[`exercises/${id}.json`]!), hint: [] }),
      /hint is not known/,
    ],
  ])('finds metadata that cannot be used: %#', async (text, message) => {
    expect(await problemsOf({ [`exercises/${id}.json`]: text })).toEqual([
      expect.stringMatching(message),
    ]);
  });

  it('finds test files that cannot be used', async () => {
    const file = `exercises/${id}.test.ts`;
    const skipped = sumOfSquares()[file]!.replace('it(', 'it.skip(');
    expect(await problemsOf({ [file]: skipped })).toEqual([expect.stringMatching(/skipped/)]);
    expect(await problemsOf({ [file]: 'throw new Error("at once")' })).toEqual([
      expect.stringMatching(/at once/),
    ]);
  });
});
