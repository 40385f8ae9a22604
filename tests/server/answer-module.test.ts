import { expect, it } from 'vitest';
import { answerModule } from '../../server/src/grading/answer-module.ts';

it('exports what the exercise asks for, once', () => {
  expect(answerModule('function f() {}\n', ['f'])).toBe('function f() {}\n\nexport { f };\n');
  expect(answerModule('export async function f() {}', ['f'])).toBe(
    'export async function f() {}\n',
  );
  expect(answerModule('export class A {}\nconst $b = 1;', ['A', '$b'])).toBe(
    'export class A {}\nconst $b = 1;\n\nexport { $b };\n',
  );
  expect(answerModule('// export function f\nfunction f() {}', ['f'])).toContain('export { f };');
});
