/**
 * Two exercises of one submission share a process. One must not hand the other what it may not use, nor cost it
 * points, nor count twice.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExerciseReport, type Grader, startGrader } from '../../grader/src/client/index.ts';
import { bareExercise, cell, makeCourse, notebook } from '../grader/course.ts';

const [giver, taker] = ['basics/giver', 'basics/taker'];
const imports = "import * as lib from '@lectern/lib';\nimport { tensor } from '@lectern/lib';";

let course: { root: string; remove(): void };
let grader: Grader;

beforeAll(() => {
  const even = 'await expect(taker(tensor([[0, 0]]))).toBeCloseToTensor([[0.5, 0.5]]);';
  course = makeCourse({
    ...bareExercise(giver, 'giver', {
      public: { one: 'expect(await giver(1)).toBe(1);' },
      hidden: { two: 'expect(await giver(2)).toBe(2);' },
    }),
    ...bareExercise(
      taker,
      'taker',
      { public: { even }, hidden: { 'even too': even, 'and again': even } },
      { points: 3, forbids: ['softmax', 'logSoftmax', 'logsumexp'] },
    ),
  });
  grader = startGrader({ root: course.root });
});
afterAll(async () => {
  await grader.close();
  course.remove();
});

async function grade(giving: string, taking: string, exercises = [giver, taker]) {
  const submission = notebook(cell(imports), cell(giving, giver), cell(taking, taker));
  return grader.grade({ notebook: submission, path: 'x.ipynb', exercises, seed: 3 });
}

const gives = (place: string) =>
  `const place = ${place};\nif (place) place.carried = lib;\nfunction giver(x) { return x; }`;
const takes = (place: string) => `async function taker(scores) {
  const { carried } = ${place};
  return tensor(await carried.tensor(await scores.array()).softmax(-1).array());
}`;
const honest = `async function taker(scores) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  const powers = scores.exp();
  return powers.div(powers.sum(-1, { keepdim: true }));
}`;
const status = (report: ExerciseReport | undefined) => [report?.status, report?.points];

describe('what one exercise may use does not reach another', () => {
  it.each([
    ['a function of the console', 'Object.getPrototypeOf(console.log)'],
    ['the objects that functions come from', 'console.log.constructor.prototype'],
    ['the answer’s own exports', 'Object.getPrototypeOf(exports)'],
    ['a timer', 'Object.getPrototypeOf(Object(setTimeout(() => {}, 0)))'],
    ['a clone', 'Object.getPrototypeOf(structuredClone([]))'],
    ['encoded text', "Object.getPrototypeOf(new TextEncoder().encode('x').buffer)"],
    [
      'a bad argument',
      '(() => { try { atob("%"); } catch (e) { return Object.getPrototypeOf(e); } })()',
    ],
    ['a promise', 'Object.getPrototypeOf((async () => {})())'],
    ['the global object', 'globalThis'],
  ])('by %s', async (_what, place) => {
    const report = await grade(gives(place), takes(place));
    expect(status(report.exercises[0])).toEqual(['passed', 1]);
    expect(status(report.exercises[1])).toEqual(['failed', 0]);
  });

  it('by the way in which its promises are waited for', async () => {
    const carrying = `function giver(x) {
  const result = Promise.resolve(x);
  result.constructor = class { constructor(executor) {
    Object.getPrototypeOf(executor).carried = lib;
    executor(() => {}, () => {});
  } };
  result.constructor[Symbol.species] = result.constructor;
  return result;
}`;
    const report = await grade(carrying, takes('console.log'));
    expect(status(report.exercises[1])).toEqual(['failed', 0]);
  });
});

describe('what one exercise leaves running does not cost another', () => {
  it.each([
    ['a timer', 'setTimeout(() => { for (;;) {} }, 1)'],
    ['a thrown error', "setTimeout(() => { throw new Error('late'); }, 1)"],
    ['promises', '(async () => { for (let i = 0; i < 1000; i++) await null; for (;;) {} })()'],
  ])('%s', async (_what, left) => {
    const report = await grade(`function giver(x) { ${left}; return x; }`, honest);
    expect(status(report.exercises[1])).toEqual(['passed', 3]);
  });
});

it('an exercise that is asked for twice counts once', async () => {
  const report = await grade('function giver(x) { return x; }', honest, [giver, giver, taker]);
  expect(report.exercises.map(({ id }) => id)).toEqual([giver, taker]);
  expect([report.points, report.maxPoints]).toEqual([4, 4]);
});
