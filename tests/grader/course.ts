/** A small course written to a temporary directory, so that tests can have exercises of any kind. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export type Files = Record<string, string>;

/** A course of these files (paths relative to its root). */
export function makeCourse(files: Files): { root: string; remove(): void } {
  const root = mkdtempSync(path.join(os.tmpdir(), 'lectern-course-'));
  writeFiles(root, { 'notebooks/course.json': courseJson(['basics']), ...files });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function writeFiles(root: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function courseJson(chapters: string[]): string {
  return JSON.stringify({
    id: 'test',
    title: 'A course for tests',
    description: 'Small',
    version: '3.1.4',
    chapters: chapters.map((id) => ({
      ...{ id, title: id, summary: 'All of it', file: `01-${id}.ipynb` },
      ...{ minutes: 5, budgetSeconds: 10 },
    })),
  });
}

/** A code cell in nbformat JSON; `exercise` marks it as an exercise's. */
export function cell(source: string, exercise?: string, metadata: object = {}): object {
  const lectern = exercise ? { lectern: { exercise } } : {};
  return { cell_type: 'code', metadata: { ...lectern, ...metadata }, source, outputs: [] };
}

export function notebook(...cells: object[]): object {
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
}

/** A complete exercise that keeps all the rules of the catalogue. Points 3, five tests. */
export function sumOfSquares(id = 'basics/sum-of-squares'): Files {
  const test = (importPath: string, body: string) => `
import { seed } from '@lectern/grader/testing';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { sumOfSquares } from '${importPath}';

describe('sumOfSquares', () => {
${body}
});
`;
  const wrong = (feedback: string, body: string) =>
    `/**\n * ${feedback}\n */\nexport function sumOfSquares(values: number[]): number {\n  ${body}\n}\n`;
  const up = '../../../exercises/';
  return {
    [`exercises/${id}.json`]: JSON.stringify({
      ...{ id, version: 2, title: 'Sum of squares', points: 3, difficulty: 1, importance: 1 },
      ...{ minutes: 5, forbids: ['dot'], hints: ['What is a square?', 'And a sum?'] },
      hidden: {
        'random lists': 'Try a long list.',
        'scales with the square': 'Double the values.',
      },
      weights: { 'scales with the square': 2 },
    }),
    [`exercises/${id}.ts`]: `/**
 * **Sum of squares.** Add up the squares.
 *
 * @param values any numbers
 * @returns their squares, added up
 *
 * @example sumOfSquares([1, 2])   // 5
 * @example sumOfSquares([])       // 0
 */
export function sumOfSquares(values: number[]): number {
  return values.length; // replace this
}
`,
    [`exercises/${id}.test.ts`]: test(
      `./${id.split('/')[1]}.ts`,
      `  it('adds up', async () => expect(await sumOfSquares([1, 2, -3])).toBe(14));
  it('knows the empty list', async () => expect(await sumOfSquares([])).toBe(0));
  it('knows one value', async () => expect(await sumOfSquares([4])).toBe(16));`,
    ),
    [`grader/hidden/${id}.test.ts`]: test(
      `${up}${id}.ts`,
      `  it('random lists', async () => {
    const values = (await randn([20], { seed: seed(1) }).array()) as number[];
    const expected = values.reduce((sum, x) => sum + x * x, 0);
    expect(await sumOfSquares(values)).toBeCloseTo(expected, 6);
  });
  it('scales with the square', async () => {
    const once = await sumOfSquares([1, 2, 3]);
    expect(once).toBeGreaterThan(0);
    expect(await sumOfSquares([2, 4, 6])).toBeCloseTo(4 * once);
  });`,
    ),
    [`solutions/${id}.ts`]: `export function sumOfSquares(values: number[]): number {
  return values.reduce((sum, x) => sum + x * x, 0);
}
`,
    [`grader/mistakes/${id}/sum.ts`]: wrong(
      'You added the values, not their squares.',
      'return values.reduce((sum, x) => sum + x, 0);',
    ),
    [`grader/mistakes/${id}/square-of-sum.ts`]: wrong(
      'Square first, then add.',
      'return values.reduce((sum, x) => sum + x, 0) ** 2;',
    ),
    [`grader/mistakes/${id}/mean.ts`]: wrong(
      'That is the mean square.',
      'return values.reduce((sum, x) => sum + x * x, 0) / Math.max(1, values.length);',
    ),
    [`grader/mistakes/${id}/absolute.ts`]: wrong(
      'That is the sum of sizes.',
      'return values.reduce((sum, x) => sum + Math.abs(x), 0);',
    ),
    [`grader/mistakes/${id}/cubes.ts`]: wrong(
      'Those are cubes.',
      'return values.reduce((sum, x) => sum + x ** 3, 0);',
    ),
    [`grader/alternatives/${id}/loop.ts`]: `export function sumOfSquares(values: number[]): number {
  let sum = 0;
  for (const x of values) sum += x ** 2;
  return sum;
}
`,
    [`grader/alternatives/${id}/arrow.ts`]:
      'export const sumOfSquares = (values: number[]): number => values.map((x) => x * x).reduce((a, b) => a + b, 0);\n',
  };
}

/** An exercise about one function, tested by the given bodies of `it`, without anything else. */
export function bareExercise(
  id: string,
  name: string,
  tests: { public: Record<string, string>; hidden?: Record<string, string> },
  options: { forbids?: string[]; points?: number } = {},
): Files {
  const file = (importPath: string, bodies: Record<string, string>) => {
    const cases = Object.entries(bodies).map(
      ([title, body]) => `it(${JSON.stringify(title)}, async () => { ${body} });`,
    );
    return `import { seed } from '@lectern/grader/testing';
import * as lib from '@lectern/lib';
import { describe, expect, it, vi } from 'vitest';
import { ${name} } from '${importPath}';
const { tensor } = lib;
${cases.join('\n')}
`;
  };
  const { forbids = [], points = 1 } = options;
  const hidden = Object.keys(tests.hidden ?? {}).map((title) => [title, `Hint: ${title}`]);
  return {
    [`exercises/${id}.json`]: JSON.stringify({
      ...{ id, version: 1, title: id, points, difficulty: 1, importance: 1, minutes: 1 },
      ...{ forbids, hints: ['One', 'Two'], hidden: Object.fromEntries(hidden) },
    }),
    [`exercises/${id}.ts`]: `export function ${name}(...args: unknown[]): unknown {\n  return args;\n}\n`,
    [`exercises/${id}.test.ts`]: file(`./${id.split('/')[1]}.ts`, tests.public),
    ...(tests.hidden && {
      [`grader/hidden/${id}.test.ts`]: file(`../../../exercises/${id}.ts`, tests.hidden),
    }),
  };
}
