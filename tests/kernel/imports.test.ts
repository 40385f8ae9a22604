import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'lectern-imports-'));
  kernel = await KernelClient.start({ directory });
});
afterAll(() => kernel.stop());

/** Writes a file beside the notebook. */
function write(name: string, text: string): void {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function run(...cells: string[]): Promise<string | undefined> {
  let said: string | undefined;
  for (const cell of cells) {
    const { error, result } = await kernel.execute(cell);
    said = error ? `${error.ename}: ${error.evalue}` : result;
  }
  return said;
}

describe('imports', () => {
  it('reach the modules of Node, by name, default and namespace', async () => {
    const code = `import fs, { existsSync } from 'node:fs';
      import * as path from 'path';
      [typeof fs.readFileSync, typeof existsSync, path.basename('a/b')].join()`;
    expect(await run(code, 'existsSync("/")')).toBe('true');
    expect(await run(code)).toBe("'function,function,b'");
  });

  it('reach packages of the course from a notebook elsewhere, ES modules and CommonJS', async () => {
    expect(
      await run("import MagicString from 'magic-string'; new MagicString('a').toString()"),
    ).toBe("'a'");
    write(
      'node_modules/old/index.js',
      'exports.answer = 42; Object.assign(exports, { hidden: 1 });',
    );
    write(
      'node_modules/old/index.d.ts',
      'export const answer: number; export const hidden: number;',
    );
    expect(await run("import { answer, hidden } from 'old'; answer + hidden")).toBe('43');
  });

  it('reach the library, with its types', async () => {
    const shape = await run("import { tensor } from '@lectern/lib';\ntensor([[1, 2]]).shape");
    expect(shape).toBe('[ 1, 2 ]');
    expect(await run('tensor([1]).nothing')).toContain("Property 'nothing' does not exist on type");
  });

  it('name the command that installs what is missing', async () => {
    const { error } = await kernel.execute("import { x } from '@nobody/nothing/part';");
    expect(error?.ename).toBe('ModuleNotFoundError');
    expect(error?.evalue).toMatch(/^The package '@nobody\/nothing' is not installed/);
    expect(error?.evalue).toMatch(/npm install @nobody\/nothing$/);
    expect(await run("import './missing.ts'")).toMatch(
      /^ModuleNotFoundError: There is no file .*missing\.ts/,
    );
    expect(await run("await import('nothing-at-all')")).toContain('npm install nothing-at-all');
  });

  it('take names in the style of other runtimes', async () => {
    write(
      'node_modules/@some/thing/package.json',
      '{ "type": "module", "exports": { "./part": "./part.js" } }',
    );
    write('node_modules/@some/thing/part.js', 'export const part = 1;');
    write('node_modules/@some/thing/part.d.ts', 'export const part: number;');
    expect(await run("import { part } from 'npm:@some/thing@^1.0/part'; part")).toBe('1');
    expect(await run("await import('npm:absent@2')")).toMatch(
      /^ModuleNotFoundError: The package 'absent' is not installed.*\n.* && npm install absent@2$/,
    );
    expect(await run("import 'jsr:@std/absent@1'")).toMatch(/ && npx jsr add @std\/absent@1$/);
    expect(await run("import 'https://esm.sh/absent'")).toMatch(
      /^ModuleNotFoundError: Modules are not loaded from the network/,
    );
    expect(await run("require('absent')")).toMatch(/ && npm install absent$/);
  });

  it('find what was installed meanwhile', async () => {
    expect(await run("import { late } from 'late'; late")).toContain('not installed');
    write(
      'node_modules/late/package.json',
      '{ "name": "late", "type": "module", "main": "index.js" }',
    );
    write('node_modules/late/index.js', 'export const late = 1;');
    write('node_modules/late/index.d.ts', 'export const late: number;');
    expect(await run("import { late } from 'late'; late")).toBe('1');
  });

  it('load local TypeScript with all of its syntax', async () => {
    write(
      'shapes.ts',
      `import { base } from './base';
       export enum Shape { Round, Square }
       export class Named { constructor(public name: string) {} }
       export interface OnlyType { x: number }
       namespace Inner { export const one = 1; }
       export const total = Inner.one + base;
       export let count = 0;
       export const bump = () => ++count;`,
    );
    write('base.ts', 'export const base: number = 10;');
    expect(
      await run(
        "import { Shape, Named, total, type OnlyType } from './shapes.ts'; Shape[1] + new Named('n').name + total",
      ),
    ).toBe("'Squaren11'");
    // An interface without `type` is nothing to load either.
    expect(
      await run(
        "import { OnlyType, count, bump } from './shapes.ts'; const only: OnlyType = { x: 1 }; bump(); bump(); count + only.x",
      ),
    ).toBe('3');
  });

  it('see that a local file, or one it imports, was edited', async () => {
    const cell = "import { total } from './shapes.ts'; total";
    expect(await run(cell)).toBe('11');
    write('base.ts', 'export const base: number = 1000;');
    expect(await run(cell)).toBe('1001');
    write('shapes.ts', "import { base } from './base'; export const total = `total ${base}`;");
    expect(await run(cell)).toBe("'total 1000'");
    expect(await run('total.length')).toBe('10');
  });

  it('show an edited file to functions of older cells, too', async () => {
    write('helper.ts', "export const helper = () => 'old';");
    await kernel.execute("import { helper } from './helper.ts';");
    await kernel.execute('const caller = () => helper();');
    write('helper.ts', "export const helper = () => 'new';");
    expect(await run("import { helper } from './helper.ts';", 'caller()')).toBe("'new'");
  });

  it('load JSON, and JavaScript of both kinds, anew when edited', async () => {
    write('data.json', '{ "rows": [1, 2] }');
    const json = "import data from './data.json'; data.rows.length";
    expect(await run(json)).toBe('2');
    write('data.json', '{ "rows": [1, 2, 3] }');
    expect(await run(json)).toBe('3');
    expect(await run("import data from './data.json' with { type: 'json' }; data.rows[2]")).toBe(
      '3',
    );
    write('old.cjs', 'module.exports = { n: 1 };');
    write('new.mjs', 'export const n = 1;');
    const both = "import { n } from './old.cjs'; import { n as m } from './new.mjs'; n + m";
    expect(await run(both)).toBe('2');
    write('old.cjs', 'module.exports = { n: 10 };');
    write('new.mjs', 'export const n = 20;');
    expect(await run(both)).toBe('30');
  });

  it('load JSON of packages, announced or not', async () => {
    write('node_modules/figures/data.json', '{ "v": 7 }');
    expect(await run("import d from 'figures/data.json' with { type: 'json' }; d.v")).toBe('7');
    expect(await run("import e from 'figures/data.json'; e.v")).toBe('7');
    const dynamic = "(await import('figures/data.json', { with: { type: 'json' } })).default.v";
    expect(await run(dynamic)).toBe('7');
  });

  it('load local TypeScript that is ahead of Node or behind it', async () => {
    write(
      'everything.tsx',
      `import { types } from 'node:util';
       import os = require('node:os');
       import { helper } from './plain.cjs';
       import legacy from './legacy';
       function twice(f: (n: number) => number, _: unknown) { return (n: number) => 2 * f(n); }
       export abstract class Base { constructor(protected readonly n: number) {} abstract get(): number; }
       export class All extends Base { @twice m(n: number) { return n; } accessor a = 1; get() { return this.n; } }
       export namespace Outer.Inner { export enum E { A = 'a' } }
       export const enum C { X = 4 }
       export const log: string[] = [];
       { using d = { [Symbol.dispose]() { log.push('gone'); } }; void d; }
       export const waited = await Promise.resolve(typeof os.cpus + types.isMap(new Map()) + helper() + legacy.n);
       export default <T,>(v: T): T => v;`,
    );
    write('plain.cjs', 'exports.helper = () => 5;');
    write('legacy.ts', "import os = require('node:os'); export = { n: os.EOL.length };");
    const cell = `import id, { All, Base, C, log, Outer, waited } from './everything';
      const all = new All(3);
      [all.m(2), ++all.a, all.get(), all instanceof Base, Outer.Inner.E.A, C.X, log, waited, id(1)].join()`;
    expect(await run(cell)).toBe("'4,2,3,true,a,4,gone,functiontrue51,1'");
    expect(await run('all.m("")')).toContain("not assignable to parameter of type 'number'");
  });

  it('make JSX of what is installed as React', async () => {
    write(
      'node_modules/react/package.json',
      '{ "name": "react", "type": "module", "exports": { "./jsx-runtime": { "types": "./jsx.d.ts", "default": "./jsx.js" } } }',
    );
    write(
      'node_modules/react/jsx.js',
      `export const Fragment = '';
       export const jsx = (type, { children, ...props }, key) =>
         typeof type === 'function' ? type({ children, ...props }) : \`<\${type}\${key ?? ''}>\${[children].flat().join('')}\`;
       export const jsxs = jsx;`,
    );
    write(
      'node_modules/react/jsx.d.ts',
      `export const Fragment: unique symbol;
       export namespace JSX {
         type Element = string;
         interface ElementChildrenAttribute { children: unknown; }
         interface IntrinsicElements { b: { key?: string; title?: string; children?: unknown }; i: { children?: unknown } }
         interface IntrinsicAttributes { key?: string }
       }`,
    );
    await kernel.execute(
      'const Twice = ({ children }: { children: string }) => <>{children}{children}</>;',
    );
    expect(await run('<b key="k" title="t">{1 + 1}<Twice>x</Twice></b>')).toBe("'<bk>2<>xx'");
    expect(await run('<Twice>{1}</Twice>')).toContain("prop expects type 'string'");
    expect(await run('<b nothing="x" />')).toContain("'nothing' does not exist");
    expect(await run('<b>\n</i>')).toMatch(/^SyntaxError: Expected corresponding JSX closing tag/);
    expect(await run('const same = <T>(v: T): T => v; same(<number>(4 as unknown))')).toBe('4');
    write('view.tsx', 'export const View = ({ n }: { n: number }) => <i>{n}</i>;');
    expect(await run("import { View } from './view'; <View n={5} />")).toBe("'<i>5'");
  });

  it('see edits whatever way a file is loaded', async () => {
    write('level0.ts', 'export const level = 1;');
    write('level1.ts', "export { level } from './level0';");
    write('level2.mjs', "export * from './level1.ts';");
    const ways = [
      "(await import('./level2.mjs')).level",
      "import { level } from './level2.mjs'; level",
    ];
    for (const way of ways) expect(await run(way)).toBe('1');
    write('level0.ts', 'export const level = 2;');
    for (const way of ways) expect(await run(way)).toBe('2');
    write('old-level.cjs', 'exports.level = 1;');
    expect(await run("require('./old-level.cjs').level")).toBe('1');
    write('old-level.cjs', 'exports.level = 20;');
    expect(await run("require('./old-level.cjs').level")).toBe('20');
    expect(await run("require('./old-level').level")).toBe('20');
  });

  it('can be dynamic, and relative to the notebook', async () => {
    expect(await run("(await import('./base.ts')).base")).toBe('1000');
    expect(
      await run(
        "import.meta.dirname === process.cwd() && import.meta.resolve('./base.ts').endsWith('/base.ts')",
      ),
    ).toBe('true');
    expect(await run("typeof require('node:fs').readFileSync")).toBe("'function'");
  });

  it('report errors of local files in their own lines', async () => {
    write(
      'thrower.ts',
      'interface Gone {}\n\nexport function thrower(): never {\n  throw new Error("inside");\n}\n',
    );
    const { error } = await kernel.execute("import { thrower } from './thrower.ts';\nthrower();");
    expect(error?.evalue).toBe('inside');
    expect(error?.traceback).toMatch(/thrower\.ts, line 4:\n[\s\S]*> 4 │ {3}throw new Error/);
    expect(error?.traceback).toMatch(/at thrower \(.*thrower\.ts:4:9\)\n {4}at Cell \[\d+\]:2:/);
    write('broken.ts', 'export const fine = 1;\nexport const x = ;\n');
    const broken = await kernel.execute("import { x } from './broken.ts'; x");
    expect(broken.error?.ename).toBe('SyntaxError');
    expect(broken.error?.traceback).toContain('> 2 │ export const x = ;');
    write('broken.ts', 'export const x = 5;\n');
    expect(await run("import { x } from './broken.ts'; x")).toBe('5');
  });

  it('say which name a module lacks', async () => {
    expect(await run("import { nope } from './base.ts';")).toContain(
      "has no exported member 'nope'",
    );
    expect(await run("// @ts-nocheck\nimport { nope } from './base.ts'; nope")).toBe(
      "SyntaxError: The module './base.ts' has no export named 'nope'.",
    );
  });
});
