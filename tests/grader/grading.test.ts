import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ExerciseReport,
  type Grader,
  type Report,
  startGrader,
} from '../../grader/src/client/index.ts';
import { bareExercise, cell, type Files, makeCourse, notebook, sumOfSquares } from './course.ts';

const id = 'basics/sum-of-squares';
const right = 'function sumOfSquares(values) { return values.reduce((sum, x) => sum + x * x, 0); }';

const files: Files = {
  ...sumOfSquares(),
  ...bareExercise('basics/callbacks', 'twice', {
    public: {
      'gets a function': `
        const calls = [];
        const result = await twice((x) => { calls.push(x); return x + 1; }, 5);
        expect(result).toBe(7);
        expect(calls).toEqual([5, 6]);`,
      'gets a function of tensors':
        'await expect(twice((x) => x.mul(2), tensor([1, 2]))).toBeCloseToTensor([4, 8]);',
      'gets an error out of a function': `await expect(twice(() => { throw new RangeError('from the test'); }, 1)).rejects.toThrow('from the test');`,
    },
  }),
  ...bareExercise('basics/curry', 'adder', {
    public: {
      'returns a function': `
        const add = await adder(2);
        expect(await add(3)).toBe(5);
        expect(await add(4)).toBe(6);`,
      'returns functions inside data': `
        const { up, list } = await adder(1);
        expect(await up(1)).toBe(2);
        expect(await list[0](1)).toBe(2);`,
    },
  }),
  ...bareExercise('basics/slips', 'answer', {
    public: {
      'forgets to await': 'expect(answer(1)).toBeTruthy();',
      'forgets to await a matcher': 'expect(answer(1)).toBeCloseToTensor([2]);',
    },
  }),
  ...bareExercise('basics/mocks', 'answer', { public: { 'uses vi': 'vi.fn();' } }),
  ...bareExercise('basics/each', 'answer', {
    public: {
      'counts assertions': 'for (const n of [1, 2]) expect(await answer(n)).toEqual([n]);',
    },
    hidden: {
      'secret number': `await answer(123456789); expect(await answer('open sesame')).toEqual(['open sesame']);`,
    },
  }),
};

let course: { root: string; remove(): void };
let grader: Grader;

beforeAll(() => {
  course = makeCourse(files);
  grader = startGrader({ root: course.root });
});
afterAll(async () => {
  await grader.close();
  course.remove();
});

function grade(source: string, exercise = id, seed = 1): Promise<Report> {
  const request = { path: 'my/01-basics.ipynb', exercises: [exercise], seed };
  return grader.grade({ notebook: notebook(cell(source, exercise)), ...request });
}

async function gradeOne(source: string, exercise = id, seed = 1): Promise<ExerciseReport> {
  return (await grade(source, exercise, seed)).exercises[0]!;
}

describe('the report', () => {
  it('of a right answer', async () => {
    const report = await grade(right);
    expect(report).toMatchObject({
      ...{ schemaVersion: 1, course: '3.1.4', notebook: 'my/01-basics.ipynb', seed: 1 },
      ...{ complete: true, points: 3, maxPoints: 3 },
    });
    expect(['bubblewrap', 'namespaces', 'permissions']).toContain(report.sandbox);
    const [exercise] = report.exercises;
    expect(exercise).toMatchObject({
      ...{ id, version: 2, title: 'Sum of squares', status: 'passed', points: 3, maxPoints: 3 },
      ...{ hintsUsed: 0, penalty: 0, output: '', mistake: null },
    });
    expect(
      exercise!.tests.map(({ name, visibility, status }) => [name, visibility, status]),
    ).toEqual([
      ['adds up', 'public', 'passed'],
      ['knows the empty list', 'public', 'passed'],
      ['knows one value', 'public', 'passed'],
      ['random lists', 'hidden', 'passed'],
      ['scales with the square', 'hidden', 'passed'],
    ]);
    expect(exercise!.tests.map((test) => test.maxPoints)).toEqual([0.5, 0.5, 0.5, 0.5, 1]);
  });

  it('is plain JSON', async () => {
    const report = await grade(right.replace('x * x', 'x'));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('shares points by weight and recognises a mistake', async () => {
    const report = await gradeOne(
      'function sumOfSquares(v) { let s = 0; for (const x of v) s += x; return s; }',
    );
    expect(report).toMatchObject({ status: 'failed', points: 0.5 });
    expect(report.mistake).toEqual({
      name: 'sum',
      feedback: 'You added the values, not their squares.',
    });
  });

  it('recognises no mistake in an answer that is wrong in its own way', async () => {
    const report = await gradeOne('function sumOfSquares(values) { return 42; }');
    expect(report).toMatchObject({ status: 'failed', mistake: null });
  });

  it('shows call, expected and actual of a public test', async () => {
    const { tests } = await gradeOne('function sumOfSquares(values) { return 6; }');
    expect(tests[0]).toMatchObject({
      status: 'failed',
      message: 'Expected 6 to be 14',
      detail: { call: 'sumOfSquares([1, 2, -3])', expected: '‹14›', actual: '‹6›' },
    });
  });

  it('tells of a hidden test its hint and nothing else', async () => {
    const source = `function sumOfSquares(values) {
      if (values.length > 3) throw new Error('seen: ' + values);
      console.log('seen', values);
      return 1;
    }`;
    const report = await gradeOne(source);
    const random = report.tests.find((test) => test.name === 'random lists')!;
    expect(random).toMatchObject({ status: 'failed', message: 'Try a long list.' });
    expect(random.thrown).toEqual({ name: 'Error', line: 2 });
    expect(random.detail).toBeUndefined();
    expect(JSON.stringify(report)).not.toContain('seen: ');
  });

  it('keeps what public tests printed, not what hidden ones did', async () => {
    const source = 'function answer(...a) { console.log(a); return a; }';
    const report = await gradeOne(source, 'basics/each');
    expect(report.status).toBe('passed');
    expect(report.output).toBe('[ 1 ]\n[ 2 ]\n');
    expect(JSON.stringify(report)).not.toMatch(/123456789|sesame/);
  });

  it('does not let the name of an error carry anything out of a hidden test', async () => {
    const source = `function answer(...a) {
      if (a[0] === 1 || a[0] === 2) return a;
      const e = new Error('m'); e.name = 'Secret' + a[0]; throw e;
    }`;
    const report = await gradeOne(source, 'basics/each');
    expect(report.tests[1]!.thrown).toEqual({ name: 'Error', line: 3 });
    expect(JSON.stringify(report)).not.toContain('Secret');
  });

  it('does not let a hidden run speak in a public message of another exercise', async () => {
    const shared = 'const kept = (globalThis.kept ??= []);';
    const spy = `${shared}\nfunction answer(...a) { kept.push(a[0]); return [kept.join()]; }`;
    const report = await grader.grade({
      notebook: notebook(cell(spy, 'basics/each'), cell(right, id)),
      path: 'x.ipynb',
      exercises: ['basics/each', id],
      seed: 1,
    });
    expect(JSON.stringify(report)).not.toMatch(/123456789|sesame/);
  });
});

describe('messages', () => {
  it('say what a test could not use', async () => {
    const { tests } = await gradeOne('function adder(n) { return undefined; }', 'basics/curry');
    expect(tests[1]).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/^The test cannot use what your function returned: .*'up'/),
      detail: { call: 'adder(1)', actual: 'undefined' },
    });
  });

  it('say in which cell a helper threw', async () => {
    const report = await grader.grade({
      notebook: notebook(
        cell('1 + 1'),
        cell('const square = (x: number) => {\n  throw new RangeError("no squares");\n};'),
        cell('function sumOfSquares(v: number[]) { return square(v[0]!); }', id),
      ),
      path: 'x.ipynb',
      exercises: [id],
    });
    const [test] = report.exercises[0]!.tests;
    expect(test!.message).toBe('Your code threw RangeError: no squares (line 2 of cell 2)');
    expect(test!.thrown).toEqual({ name: 'RangeError', line: null });
  });

  it('cut what is too long to read', async () => {
    const { tests } = await gradeOne('const sumOfSquares = () => "long ".repeat(100_000);');
    expect(tests[0]!.detail!.actual.length).toBeLessThan(2100);
  });
});

describe('statuses', () => {
  it.each([
    ['unanswered', 'function sumOfSquares(values: number[]): number {\n return values.length; }'],
    ['error', 'function sumOfSquares(values { }'],
    ['error', `${right}\nthrow new TypeError('while loading');`],
    ['failed', 'function sumOfSquares() {}'],
    ['passed', right],
  ])('%s', async (status, source) => {
    expect((await gradeOne(source)).status).toBe(status);
  });

  it('error: with the student line and name', async () => {
    const report = await gradeOne(`${right}\n\nnull.x;`);
    expect(report).toMatchObject({ points: 0, error: { name: 'TypeError', line: 3 } });
    expect(report.tests.every((test) => test.status === 'not-run')).toBe(true);
  });

  it('missing: listed although its cell is gone', async () => {
    const report = await grader.grade({ notebook: notebook(cell('1')), path: '01-basics.ipynb' });
    expect(report.exercises).toHaveLength(6);
    expect(report.exercises.every((one) => one.status === 'missing')).toBe(true);
    expect(report).toMatchObject({ points: 0, complete: true });
  });

  it('one exercise gone wrong costs the others nothing', async () => {
    const report = await grader.grade({
      notebook: notebook(
        cell('function twice( {', 'basics/callbacks'),
        cell('function answer() { while (true) {} }', 'basics/each'),
        cell(right, id),
      ),
      path: 'x.ipynb',
      exercises: ['basics/callbacks', 'basics/each', id],
    });
    expect(report.exercises.map((one) => one.status)).toEqual(['error', 'timeout', 'passed']);
  });
});

describe('functions by reference', () => {
  it('go in and are called back', async () => {
    const report = await gradeOne('const twice = (f, x) => f(f(x));', 'basics/callbacks');
    expect(report.tests.map((test) => [test.name, test.message])).toEqual(
      report.tests.map((test) => [test.name, null]),
    );
  });

  it('come out and can be called', async () => {
    const source = `function adder(n) {
      const add = (x) => x + n;
      if (n === 1) return { up: add, list: [add] };
      return add;
    }`;
    expect(await gradeOne(source, 'basics/curry')).toMatchObject({ status: 'passed' });
  });

  it('may be asynchronous', async () => {
    const source = 'async function twice(f, x) { return await f(await f(x)); }';
    expect(await gradeOne(source, 'basics/callbacks')).toMatchObject({ status: 'passed' });
  });
});

describe('slips of a test author', () => {
  it('a call that is not awaited makes the exercise ungradable, not passed', async () => {
    const report = await grade('function answer(n) { return tensor([n]); }', 'basics/slips');
    expect(report.complete).toBe(false);
    expect(report.exercises[0]).toMatchObject({ status: 'ungradable', points: null });
  });

  it('mocks are not offered', async () => {
    const report = await grade('function answer() { return 1; }', 'basics/mocks');
    expect(report.exercises[0]).toMatchObject({ status: 'ungradable' });
  });
});

describe('the library in the sandbox', () => {
  it('has the vocabulary, without a word about loading it', async () => {
    const source = `import { llamaTokenizer } from '@lectern/lib';
      function answer(...a) { llamaTokenizer.encode('Just a dummy sentence'); return a; }`;
    expect(await gradeOne(source, 'basics/each')).toMatchObject({ status: 'passed' });
  });

  it('computes with the reference back end, gradients too', async () => {
    const source = `import { getBackend, grad, tensor } from '@lectern/lib';
      async function answer(...a) {
        const slope = grad((x) => x.mul(x).sum())(tensor([3]));
        return (await slope.item()) === 6 && getBackend() === 'reference' ? a : [];
      }`;
    expect(await gradeOne(source, 'basics/each')).toMatchObject({ status: 'passed' });
  });
});

describe('seeds', () => {
  // Gives away its input: the failing public message is the same for the same seed only.
  const leaky =
    'function sumOfSquares(v) { return v.length > 3 ? NaN : v.reduce((s, x) => s + x * x, 0); }';

  it('make a run repeatable', async () => {
    const strip = (report: Report) =>
      JSON.stringify(report, (key, value) => (key === 'ms' ? 0 : value));
    const [a, b] = [await grade(leaky, id, 5), await grade(leaky, id, 5)];
    expect(strip(a)).toBe(strip(b));
  });

  it('are drawn where none is given, and reported', async () => {
    const request = { notebook: notebook(cell(right, id)), path: 'x.ipynb', exercises: [id] };
    const seeds = [(await grader.grade(request)).seed, (await grader.grade(request)).seed];
    expect(seeds[0]).not.toBe(seeds[1]);
  });
});

describe('requests', () => {
  it.each([
    [{ notebook: 'x', path: 'x.ipynb', exercises: [id] }, /not a JSON object/],
    [{ notebook: notebook(), path: 'x.ipynb' }, /no exercise of this course/],
    [
      { notebook: notebook(), path: 'x.ipynb', exercises: ['basics/none'] },
      /no exercise "basics\/none"/,
    ],
    [{ notebook: notebook(), path: 'x.ipynb', exercises: ['../../etc/passwd'] }, /is no exercise/],
    [
      { notebook: notebook(), path: 'x.ipynb', exercises: [id], seed: -1 },
      /seed is a whole number/,
    ],
  ])('that cannot be granted say why: %#', async (request, message) => {
    await expect(grader.grade(request)).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(message),
    });
  });

  it('solutions come as a cell holds them', async () => {
    expect(await grader.solution(id)).toMatch(/^function sumOfSquares/);
    await expect(grader.solution('basics/none')).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('queue up', async () => {
    const reports = await Promise.all([1, 2, 3, 4].map((seed) => grade(right, id, seed)));
    expect(reports.map((report) => [report.seed, report.points])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
      [4, 3],
    ]);
  });
});
