import { analyse, CellSyntaxError, compileCell, positionAt, trace } from '@lectern/kernel/compiler';
import { describe, expect, it } from 'vitest';

describe('compileCell', () => {
  it('knows whether the last statement has a value', () => {
    expect(compileCell('1 + 1').hasResult).toBe(true);
    expect(compileCell('1 + 1; // done').hasResult).toBe(true);
    expect(compileCell('const a = 1').hasResult).toBe(false);
    expect(compileCell('').hasResult).toBe(false);
  });

  it('hands imports over as data and drops those of types only', () => {
    const { imports } = compileCell(
      "import a, { b as c, type T } from 'm';\nimport * as n from 'n';\nimport 'side';\n" +
        "import type { U } from 'u';\nimport j from './j.json' with { type: 'json' };",
    );
    expect(imports).toEqual([
      { specifier: 'm', names: { a: 'default', c: 'b' }, attributes: {} },
      { specifier: 'n', names: { n: '*' }, attributes: {} },
      { specifier: 'side', names: {}, attributes: {} },
      { specifier: './j.json', names: { j: 'default' }, attributes: { type: 'json' } },
    ]);
  });

  it('maps its code back to the cell', () => {
    const source = 'interface Gone { x: number }\n\nenum E { A }\nconst a: number = 1;\nboom(a);';
    const { code, map } = compileCell(source);
    const origin = trace(map, positionAt(code, code.indexOf('boom$$.v')));
    expect(origin).toEqual({ line: 4, column: 0 });
    expect(trace(map, positionAt(code, code.lastIndexOf('a$$.v')))).toEqual({ line: 4, column: 5 });
  });

  it.each([
    ['const x: = 1', 9, /type expected/i],
    ['let a = 1;\nlet a = 2;', 15, /already been declared/],
    ['foo(', 4, /expected/],
  ])('says where %j is wrong', (source, offset, message) => {
    let error: unknown;
    try {
      compileCell(source);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CellSyntaxError);
    expect((error as CellSyntaxError).message).toMatch(message);
    expect((error as CellSyntaxError).offset).toBe(offset);
  });

  it('imports nothing of Node', async () => {
    const { readdirSync, readFileSync } = await import('node:fs');
    const directory = new URL('../../kernel/src/compiler/', import.meta.url);
    for (const file of readdirSync(directory)) {
      expect(readFileSync(new URL(file, directory), 'utf8')).not.toMatch(/from 'node:/);
    }
  });
});

describe('analyse', () => {
  const summary = (source: string) =>
    analyse(source).statements.map(({ kind, declared, uses, pure }) => ({
      kind,
      declared,
      uses,
      pure,
    }));

  it('lists what statements declare and use, types included', () => {
    const source = `import { tensor, type Tensor } from '@lectern/lib';
/** Doubles. */
export function twice(x: Tensor): Tensor { return scale(x, FACTOR) as Tensor; }
interface Row<T> { key: T; other: Column }
type Keys<K> = K extends Array<infer V> ? V : keyof Row<K>;
class Model extends Base { weights: Weights = make(); }
const FACTOR = 2 ** 3;
const y = twice(tensor([1]));`;
    expect(summary(source)).toEqual([
      { kind: 'import', declared: ['tensor', 'Tensor'], uses: [], pure: true },
      { kind: 'function', declared: ['twice'], uses: ['scale', 'FACTOR', 'Tensor'], pure: true },
      { kind: 'interface', declared: ['Row'], uses: ['Column'], pure: true },
      { kind: 'type', declared: ['Keys'], uses: ['Array', 'Row'], pure: true },
      { kind: 'class', declared: ['Model'], uses: ['Base', 'make', 'Weights'], pure: true },
      { kind: 'const', declared: ['FACTOR'], uses: [], pure: true },
      { kind: 'const', declared: ['y'], uses: ['twice', 'tensor'], pure: false },
    ]);
  });

  it('gives the place of each statement', () => {
    const source = '// first\nconst a = 1;\n\n  a;';
    const texts = analyse(source).statements.map(({ start, end }) => source.slice(start, end));
    expect(texts).toEqual(['const a = 1;', 'a;']);
  });

  it.each([
    ['const f = (x: number) => x', true],
    ['const t = `a${K}`, l = [1, -2, { a: "b" }]', true],
    ['enum E { A, B = 2 }', true],
    ['enum E { A = f() }', false],
    ['class K { static n = f() }', false],
    ['class K { static { f() } }', false],
    ['class K extends mixin(A) {}', false],
    ['const a = f()', false],
    ['const a = new Map()', false],
    ['const { a } = b', true],
    ['let a', true],
    ['const a = [...b]', false],
    ['a = 1', false],
    ['await a', false],
    ['if (true) { var a = 1 }', false],
  ])('whether %j only declares: %s', (source, pure) => {
    expect(analyse(source).statements.every((statement) => statement.pure)).toBe(pure);
  });

  it('finds names hoisted out of blocks', () => {
    expect(analyse('for (var i = 0; i < n; i++) { let j = i }').statements[0]).toMatchObject({
      kind: 'other',
      declared: ['i'],
      uses: ['n'],
    });
  });

  it.each([
    ['const = 1', 6],
    ['const fine = 1;\nconst f = (a: number, a: number) => a;', 38],
    ['const fine = 1;\nfunction f() { let a; let a; }', 42],
  ])('throws on a syntax error: %j', (source, offset) => {
    let error: unknown;
    try {
      analyse(source);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CellSyntaxError);
    expect((error as CellSyntaxError).offset).toBe(offset);
  });
});
