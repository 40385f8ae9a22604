import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellSource, type Exercise, loadExercise } from '../../grader/src/catalogue/index.ts';
import { NotebookError, readCells } from '../../grader/src/slicing/notebook.ts';
import { type Slice, slice } from '../../grader/src/slicing/slice.ts';
import { cell, makeCourse, notebook, sumOfSquares } from './course.ts';

const id = 'basics/sum-of-squares';
const answer = `function sumOfSquares(values: number[]): number {
  return values.reduce((sum, x) => sum + x * x, 0);
}`;
let course: { root: string; remove(): void };
let exercise: Exercise;

beforeAll(() => {
  course = makeCourse(sumOfSquares());
  exercise = loadExercise(course.root, id);
});
afterAll(() => course.remove());

function sliceOf(...cells: object[]): Slice {
  return slice(readCells(notebook(...cells)), exercise);
}

/** The code of a slice that is ready; what is not in it does not run. */
function codeOf(...cells: object[]): string {
  const result = sliceOf(...cells);
  if (result.status !== 'ready') throw new Error(JSON.stringify(result));
  return result.answer.code;
}

describe('finding the answer', () => {
  it('goes by the metadata', () => {
    const code = codeOf(cell('const sumOfSquares = 1;'), cell(answer, id));
    expect(code).toContain('reduce');
    expect(code).not.toContain('sumOfSquares = 1;');
  });

  it('goes by the declared name where the metadata is lost', () => {
    expect(codeOf(cell('1 + 1'), cell(answer))).toContain('reduce');
  });

  it('does not take the cell of another exercise for it', () => {
    expect(sliceOf(cell(answer, 'basics/other')).status).toBe('missing');
  });

  it('takes source as text or as a list of lines, with any line ends', () => {
    const lines = answer.split('\n').map((line) => `${line}\r\n`);
    expect(codeOf(cell(lines as never, id))).toContain('reduce');
  });

  it('accepts the exported form, a class expression, an arrow', () => {
    expect(codeOf(cell(`export ${answer}`, id))).toContain('exports.sumOfSquares');
    const arrow = 'const sumOfSquares = (values: number[]) => values.length;';
    expect(codeOf(cell(arrow, id))).toContain('exports.sumOfSquares');
    expect(codeOf(cell(`${answer}\nexport { sumOfSquares };`, id))).toContain('reduce');
    expect(codeOf(cell(`export default ${answer}`, id))).toContain('reduce');
  });

  it('says where a cell is gone or empty', () => {
    expect(sliceOf(cell('1 + 1'))).toMatchObject({ status: 'missing' });
    expect(sliceOf(cell(' \n', id))).toMatchObject({
      status: 'missing',
      message: /empty/ as never,
    });
  });

  it('sees that nothing has been answered, whatever comments and spaces were added', () => {
    const starter = exercise.cellSource;
    expect(sliceOf(cell(starter, id))).toEqual({ status: 'unanswered' });
    const touched = starter.replace('return', '// TODO\n\n  return  ').replace('{', '/* here */ {');
    expect(sliceOf(cell(`export ${touched}`, id))).toEqual({ status: 'unanswered' });
    expect(sliceOf(cell(starter.replace('length', 'length + 1'), id)).status).toBe('ready');
  });
});

describe('mutilated notebooks', () => {
  it('two answers in two cells: one must go', () => {
    const other = answer.replace('x * x', 'x + x');
    expect(sliceOf(cell(answer, id), cell(other, id))).toMatchObject({
      status: 'error',
      message: expect.stringMatching(/twice, in cells 1 and 2/),
    });
  });

  it('the same cell twice is as good as once', () => {
    expect(sliceOf(cell(answer, id), cell(`${answer}\n// a copy`, id)).status).toBe('ready');
  });

  it('a helper split off from the answer is still found', () => {
    const helper = 'const square = (x: number) => x * x;';
    const rest = answer.replace('x * x', 'square(x)');
    expect(codeOf(cell(helper, id), cell(rest, id))).toContain('const square');
  });

  it('an answer split in the middle must be merged', () => {
    const lines = answer.split('\n');
    expect(sliceOf(cell(lines[0]!, id), cell(lines.slice(1).join('\n'), id))).toMatchObject({
      status: 'error',
      message: expect.stringMatching(/split into cells 1 and 2/),
    });
  });

  it('a renamed function is said to be missing', () => {
    expect(sliceOf(cell(answer.replace('sumOfSquares', 'sumSquares'), id))).toMatchObject({
      status: 'error',
      message: expect.stringMatching(/must declare `sumOfSquares`/),
    });
  });

  it('a syntax error is placed in the student cell', () => {
    expect(sliceOf(cell(answer.replace('x * x', 'x *'), id))).toMatchObject({
      status: 'error',
      error: { name: 'SyntaxError', line: 2 },
    });
  });

  it('so is an error that only a JavaScript parser sees', () => {
    const twice = answer.replace('return', 'const a = 1, a = 2; return');
    expect(sliceOf(cell(twice, id))).toMatchObject({
      status: 'error',
      error: {
        name: 'SyntaxError',
        message: "Identifier 'a' has already been declared",
        line: 2,
      },
    });
  });

  it.each([
    [
      'nested beyond reason',
      answer.replace('x * x', `${'('.repeat(20_000)}x${')'.repeat(20_000)}`),
    ],
    [
      'a list in a list in a list',
      answer.replace('x * x', `${'['.repeat(40_000)}${']'.repeat(40_000)}`),
    ],
    ['of the length of a novel', `${answer}\n// ${'x'.repeat(200_000)}`],
  ])('an answer %s is an error of its own', (_, source) => {
    expect(sliceOf(cell(source, id))).toMatchObject({ status: 'error', message: /too/ as never });
    const other = cell('const helper = 1;'.repeat(3), 'basics/other');
    expect(sliceOf(cell(source), other, cell(answer, id)).status).toBe('ready');
  });

  it('a syntax error in another cell does not matter', () => {
    expect(sliceOf(cell('function ('), cell(answer, id)).status).toBe('ready');
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['an older format', { nbformat: 3, worksheets: [] }],
    ['no cells', { nbformat: 4 }],
    ['a cell that is none', { nbformat: 4, cells: ['x'] }],
    ['a cell without source', { nbformat: 4, cells: [{ cell_type: 'code' }] }],
  ])('%s is no notebook', (_, value) => {
    expect(() => readCells(value)).toThrow(NotebookError);
  });
});

describe('what comes along', () => {
  const using = (name: string) => answer.replace('x * x', `${name}(x)`);

  it('helpers of any kind, transitively, from above and below', () => {
    const code = codeOf(
      cell('const factor = 1;\nconst unrelated = 2;'),
      cell('function square(x: number) { return power(x, two) * factor; }'),
      cell(using('square'), id),
      cell(
        'enum Kind { Two = 2 }\nconst two = 2;\nclass Power { of(x: number, n: number) { return x ** n; } }',
      ),
      cell('const power = (x: number, n: number) => new Power().of(x, n);'),
    );
    for (const needed of [
      'function square',
      'factor = 1',
      'two = 2',
      'class Power',
      'const power',
    ]) {
      expect(code).toContain(needed);
    }
    expect(code).not.toContain('unrelated');
    expect(code).not.toContain('Kind');
  });

  it('imports, of what is used', () => {
    const code = codeOf(
      cell("import { tensor, softmax } from '@lectern/lib';\nimport fs from 'node:fs';"),
      cell(using('tensor'), id),
    );
    expect(code).toContain('@lectern/lib');
    expect(code).not.toContain('node:fs');
  });

  it('no statement that does something', () => {
    const code = codeOf(
      cell("console.log('other cell');\nconst noise = Math.random();"),
      cell(answer, id),
    );
    expect(code).not.toContain('console.log');
    expect(code).not.toContain('random');
  });

  it('cells that the course marks as support, with all that they do', () => {
    const setUp = 'const table = new Map<number, number>();\ntable.set(1, 2);';
    const uses = answer.replace('x * x', 'table.get(x)!');
    const marked = cell(setUp, undefined, { lectern: { support: true } });
    expect(codeOf(marked, cell(uses, id))).toContain('table.set(1, 2)');
    const tagged = cell(setUp, undefined, { tags: ['lectern.support'] });
    expect(codeOf(tagged, cell(uses, id))).toContain('table.set(1, 2)');
  });

  it('a value that another cell computes cannot be had, and the line says where', () => {
    const result = sliceOf(
      cell('1'),
      cell('const scale = Math.random();'),
      cell(using('scale'), id),
    );
    expect(result).toMatchObject({
      status: 'error',
      error: {
        name: 'ReferenceError',
        message: expect.stringMatching(/`scale` is computed in cell 2/),
        line: 2,
      },
    });
  });

  it('the last declaration above wins', () => {
    const code = codeOf(
      cell('const square = () => 1;'),
      cell('const square = () => 2;'),
      cell(using('square'), id),
      cell('const square = () => 3;'),
    );
    expect(code).toContain('() => 2');
    expect(code).not.toMatch(/\(\) => [13]/);
  });

  it('a try-out in the own cell runs, unless it needs what is not there', () => {
    const code = codeOf(
      cell('const data = Array.from({ length: 3 }, Math.random);'),
      cell(`${answer}\nconsole.log(sumOfSquares([1]));\nconsole.log(sumOfSquares(data));`, id),
    );
    expect(code).toContain('sumOfSquares([1])');
    expect(code).not.toContain('sumOfSquares(data)');
  });

  it('imports of anything but the library are refused', () => {
    const code = `import { readFileSync } from 'node:fs';\n${using('readFileSync')}`;
    expect(sliceOf(cell(code, id))).toMatchObject({
      status: 'error',
      error: { message: expect.stringMatching(/not from "node:fs"/), line: 1 },
    });
  });

  it('types may come from anywhere', () => {
    const code = `import type { Stats } from 'node:fs';\n${answer}\ntype S = Stats;`;
    expect(sliceOf(cell(code, id)).status).toBe('ready');
  });

  it('names that only look alike inside the answer bring nothing along', () => {
    const code = codeOf(cell("const sum = 'not this';\nconst x = 'nor this';"), cell(answer, id));
    expect(code).not.toContain('this');
  });
});

describe('the way back', () => {
  it('leads from the script to the line of the student', () => {
    const source = `// first\ninterface Unused { a: number }\n\n${answer.replace('x * x', 'fail(x)')}`;
    const result = sliceOf(
      cell('type Late = number;\nfunction fail(x: number): number {\n  throw x;\n}'),
      cell(source, id),
    );
    if (result.status !== 'ready') throw new Error(result.status);
    const { code, origin } = result.answer;
    const place = (text: string): [number, number] => {
      const line = code.split('\n').findIndex((one) => one.includes(text));
      return [line + 1, code.split('\n')[line]!.indexOf(text) + 1];
    };
    expect(origin(place('fail(x), 0'))).toEqual({ cell: 2, line: 5, own: true });
    expect(origin(place('throw x'))).toEqual({ cell: 1, line: 3, own: false });
  });
});

describe('the cell of an exercise', () => {
  it('is the starter without export', () => {
    const starter = `import { tensor } from '@lectern/lib';

/** export this */
export type Pair = [number, number];
export async function first(): Promise<void> {}
export class Second {}
export const third = 'export const';
const own = 1;
`;
    expect(cellSource(starter)).toBe(`import { tensor } from '@lectern/lib';

/** export this */
type Pair = [number, number];
async function first(): Promise<void> {}
class Second {}
const third = 'export const';
const own = 1;`);
  });
});

describe('a notebook made to keep the grader busy', () => {
  it.each([
    ['many statements', [cell(`${answer}\n${'0;'.repeat(30_000)}`, id)]],
    ['many exports', [cell(`${answer}\n${'export {\n'.repeat(10_000)}`, id)]],
    ['many copies', Array.from({ length: 1500 }, (_, i) => cell(`${answer}\n${i};`, id))],
    [
      'a long chain of helpers',
      [
        cell(Array.from({ length: 9000 }, (_, i) => `function h${i}() { h${i + 1}() }`).join(' ')),
        cell(`${answer}\nh0();`, id),
      ],
    ],
    [
      'an import full of spaces',
      [
        cell(`import { 'a'${' '.repeat(90_000)}as b } from 'x';`),
        cell(`${answer}\nfunction c() { return b; }`, id),
      ],
    ],
    ['deep brackets', [cell(`${answer}\n${'('.repeat(40_000)}1${')'.repeat(40_000)};`, id)]],
  ])('%s', (_what, cells) => {
    const started = performance.now();
    const { status } = sliceOf(...cells);
    expect(['ready', 'error']).toContain(status);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('too many cells', () => {
    const cells = Array.from({ length: 2001 }, () => cell('1;'));
    expect(() => readCells(notebook(...cells))).toThrow(NotebookError);
  });
});
