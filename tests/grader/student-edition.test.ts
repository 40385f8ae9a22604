/** What students are handed: exercises with their public tests, and nothing that gives an answer away. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Grader, startGrader } from '../../grader/src/client/index.ts';
import { cell, makeCourse, notebook, sumOfSquares } from './course.ts';

const id = 'basics/sum-of-squares';
const handedOut = Object.entries(sumOfSquares()).filter(([file]) => file.startsWith('exercises/'));

let course: { root: string; remove(): void };
let grader: Grader;

beforeAll(() => {
  course = makeCourse(Object.fromEntries(handedOut));
  grader = startGrader({ root: course.root });
});
afterAll(async () => {
  await grader.close();
  course.remove();
});

async function grade(source: string) {
  const request = { notebook: notebook(cell(source, id)), path: '01-basics.ipynb' };
  return (await grader.grade(request)).exercises[0]!;
}

it('runs the public tests and says who runs the others, which count', async () => {
  const report = await grade('const sumOfSquares = (v) => v.reduce((s, x) => s + x * x, 0);');
  expect(report).toMatchObject({ status: 'passed', points: 1.5, maxPoints: 3, mistake: null });
  const hidden = report.tests.filter((test) => test.visibility === 'hidden');
  expect(hidden.map(({ name, status, points }) => [name, status, points])).toEqual([
    ['random lists', 'not-run', 0],
    ['scales with the square', 'not-run', 0],
  ]);
  expect(hidden[0]!.message).toMatch(/by your instructor/);
});

it('fails a wrong answer by the public tests alone', async () => {
  expect(await grade('const sumOfSquares = (v) => v.length;')).toMatchObject({
    status: 'failed',
    points: 0.5, // the empty list
  });
});

it('has no solution to show', async () => {
  await expect(grader.solution(id)).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringMatching(/no solution/),
  });
});
