import path from 'node:path';
import { codeCell, emptyCourse, markdownCell, notebook, write } from './helper.ts';

const starter = `/** Twice \`x\`. @param x a number @returns twice the number */
export function double(x: number): number {
  return x; // replace this
}
`;

export const cellSource = starter.replace('export ', '').trim();
export const rightAnswer = cellSource.replace('return x;', 'return x + x;');
export const wrongAnswer = cellSource.replace('return x;', 'return x * x;');

/** The metadata that marks a cell as the answer to the fixture's exercise. */
const exerciseMetadata = { lectern: { exercise: 'demo/double' } };

/** The template of the only chapter; `source` stands in the exercise's cell. */
export function chapter(source = cellSource, introduction = 'Read this.') {
  return notebook([
    markdownCell('intro', introduction),
    codeCell('answer', source, exerciseMetadata),
    codeCell('use', 'double(2)'),
  ]);
}

/** A course of one chapter with one exercise, in a temporary directory. */
export function smallCourse(): string {
  const root = emptyCourse();
  write(path.join(root, 'notebooks/course.json'), {
    ...{ id: 'demo', title: 'Demo', description: 'A small course', version: '1.0.0' },
    chapters: [
      {
        ...{ id: 'demo', file: '01-demo.ipynb', title: 'Doubling', summary: 'One exercise' },
        ...{ minutes: 5, budgetSeconds: 10 },
      },
    ],
  });
  write(path.join(root, 'notebooks/01-demo.ipynb'), chapter());
  write(path.join(root, 'exercises/demo/double.ts'), starter);
  write(path.join(root, 'exercises/demo/double.json'), {
    ...{ id: 'demo/double', version: 1, title: 'Double', points: 2 },
    ...{ difficulty: 1, importance: 3, minutes: 2, forbids: [] },
    hints: ['How often is x in twice x?', 'Which operator adds?'],
    hidden: { 'doubles zero and negative numbers': 'Try it with −3.' },
  });
  const test = (from: string, title: string, body: string) =>
    `import { describe, expect, it } from 'vitest';
import { double } from '${from}';
describe('double', () => {
  it('${title}', async () => { ${body} });
});
`;
  write(
    path.join(root, 'exercises/demo/double.test.ts'),
    test('./double.ts', 'doubles two', 'expect(await double(2)).toBe(4);'),
  );
  write(
    path.join(root, 'grader/hidden/demo/double.test.ts'),
    test(
      '../../../exercises/demo/double.ts',
      'doubles zero and negative numbers',
      'expect(await double(0)).toBe(0); expect(await double(-3)).toBe(-6);',
    ),
  );
  write(path.join(root, 'solutions/demo/double.ts'), starter.replace('return x;', 'return 2 * x;'));
  return root;
}
