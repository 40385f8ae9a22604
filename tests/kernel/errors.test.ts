import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** The error that a cell ends with. */
async function thrownBy(code: string) {
  const { error } = await kernel.execute(code);
  if (!error) throw new Error(`No error: ${code}`);
  return error;
}

describe('a traceback', () => {
  it('shows the line that failed and the line of this cell that led there', async () => {
    await kernel.execute('function helper(x: any) {\n  return x.missing.thing;\n}');
    const { traceback } = await thrownBy('const before = 1;\nhelper({});');
    expect(traceback).toMatch(
      /^ {2}Cell \[\d+\], line 2:\n.*\n {2}> 2 │ {3}return x\.missing\.thing;\n.*\^/m,
    );
    expect(traceback).toMatch(/called from Cell \[\d+\], line 2:\n.*\n {2}> 2 │ helper\(\{\}\);/);
    expect(traceback).toMatch(/at helper \(Cell \[\d+\]:2:20\)\n {4}at Cell \[\d+\]:2:7$/);
  });

  it('shows the TypeScript of imported files, through files that only call', async () => {
    const file = (name: string, text: string) =>
      writeFileSync(path.join(kernel.directory, name), text);
    file('deep.ts', 'enum E { A }\n\nexport const deep = (n: number) => {\n  null!.x;\n};\n');
    file(
      'middle.ts',
      "import { deep } from './deep.ts';\nexport const go = () => [1].map(deep);\n",
    );
    const { traceback } = await thrownBy(
      "// @ts-nocheck\nimport { go } from './middle.ts';\ngo();",
    );
    expect(traceback).toMatch(/deep\.ts, line 4:\n[\s\S]*> 4 │ {3}null!\.x;\n.*\^/);
    expect(traceback).toMatch(/called from Cell \[\d+\], line 3:/);
    expect(traceback).toMatch(
      /at deep \(.*deep\.ts:4:9\)\n.*Array\.map.*\n.*at go \(.*middle\.ts:2:29\)\n.*at Cell \[\d+\]:3:3$/,
    );
  });

  it('names no functions that the user has not written', async () => {
    const { traceback } = await thrownBy('new Promise((_, no) => no(new Error("no")))');
    expect(traceback).toMatch(/\^\n {4}at Cell \[\d+\]:1:27\n {4}at Cell \[\d+\]:1:1$/);
  });

  it('shows recursion in a few lines', async () => {
    const { ename, traceback } = await thrownBy(
      'function down(n: number): number { return down(n + 1) + 1; }\ndown(0);',
    );
    expect(ename).toBe('RangeError');
    expect(traceback).toMatch(/at down \(.*\) \(\d+ times\)$/);
    expect(traceback.split('\n').length).toBeLessThan(10);
    expect((await kernel.execute("'alive'")).result).toBe("'alive'");
  });

  it('shows of a long line what stands around the place', async () => {
    const list = Array.from({ length: 400 }, (_, i) => i).join(', ');
    const { traceback } = await thrownBy(
      `const list = [${list}]; null!.x;`.replace('null!', '(null as any)'),
    );
    const [line, caret] = traceback.split('\n').slice(2, 4) as [string, string];
    expect(line.length).toBeLessThan(200);
    expect(line[caret.indexOf('^')]).toBe('x');
  });

  it('shows what else the error carries, but not what Node’s messages say already', async () => {
    const { ename, traceback } = await thrownBy(
      "class Refused extends Error { code = 42; seen = ['a']; }\nthrow new Refused('no');",
    );
    expect(ename).toBe('Refused');
    expect(traceback).toContain("{ code: 42, seen: [ 'a' ] }");
    expect((await thrownBy("require('node:fs').readFileSync('/no')")).traceback).not.toMatch(
      /errno/,
    );
  });

  it('tells causes and gathered errors, each with its place, and no circle twice', async () => {
    const gathered = await thrownBy(
      "throw new AggregateError([new Error('one'), 'two'], 'several', { cause: new TypeError('why') });",
    );
    expect(gathered.traceback).toMatch(/^AggregateError: several\n.*line 1:/);
    expect(gathered.traceback).toMatch(/\nCaused by: TypeError: why\n.*line 1:/);
    expect(gathered.traceback).toMatch(/\nError 1 of 2: Error: one\n.*line 1:/);
    expect(gathered.traceback).toMatch(/\nError 2 of 2: 'two'$/);
    const many = await thrownBy('throw new AggregateError(Array(50).fill(1).map(Error), "many")');
    expect(many.traceback).toMatch(/… and 40 more errors$/);
    const disposed = await thrownBy(
      "{ using r = { [Symbol.dispose]() { throw new Error('second'); } }; throw new Error('first'); }",
    );
    expect(disposed.traceback).toMatch(
      /\nThrown at last: Error: second\n[\s\S]*\nSuppressed: Error: first\n/,
    );
    const circle = await thrownBy('const e = new Error("self"); e.cause = e; throw e;');
    expect(circle.traceback).toMatch(/Caused by: the same error again$/);
  });
});

describe('whatever is thrown', () => {
  const proxy = 'new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })';
  const inspect = "[Symbol.for('nodejs.util.inspect.custom')]() { throw 1; }";
  it.each([
    ['undefined', 'Thrown', /^undefined$/],
    ['a hostile proxy', 'Thrown', /^\{\}$/, proxy],
    [
      'an object that refuses to be shown',
      'Thrown',
      /^\{/,
      `{ ${inspect}, toString() { throw 2; } }`,
    ],
    [
      'an error whose message throws',
      'Error',
      /cannot be read/,
      'new (class extends Error { override get message(): string { throw 1; } })()',
    ],
    [
      'an error whose name throws',
      'Error',
      /^text$/,
      "new (class extends Error { override get name(): string { throw 1; } })('text')",
    ],
    [
      'an error whose stack throws',
      'Error',
      /^text$/,
      "new (class extends Error { override get stack(): string { throw 1; } })('text')",
    ],
    [
      'an error whose cause throws',
      'Error',
      /^text$/,
      "new (class extends Error { override get cause(): string { throw 1; } })('text')",
    ],
    [
      'an error whose code throws',
      'Error',
      /^text$/,
      "new (class extends Error { get code(): string { throw 1; } })('text')",
    ],
    [
      'a message of a million characters',
      'Error',
      /^m{10000}… \(990,000 more characters\)$/,
      "new Error('m'.repeat(1e6))",
    ],
    ['a message in our own names', 'Error', /^(\$){10000}…/, "new Error('$'.repeat(1e6))"],
  ])('%s, it is reported', async (what, ename, evalue, code = what) => {
    const error = await thrownBy(`throw ${code};`);
    expect(error.ename).toBe(ename);
    expect(error.evalue).toMatch(evalue);
    expect(error.traceback).toContain(`${ename}: `);
  });

  it('says that nothing waits for a promise that is rejected', async () => {
    const { id, executed } = kernel.begin("Promise.reject(new Error('forgotten')); 1");
    await executed;
    const late = await kernel.until(({ content }) => content.evalue === 'forgotten');
    expect(late.parent_header.msg_id).toBe(id);
    expect((late.content.traceback as string[]).at(-1)).toMatch(/put await before the call/);
  });

  it('finds the lines after a cell has changed how errors are made', async () => {
    await kernel.execute("Error.stackTraceLimit = 0; Error.prepareStackTrace = () => 'mine'; 0");
    expect((await thrownBy("throw new Error('next')")).traceback).toMatch(/Cell \[\d+\]:1:7$/);
  });
});
