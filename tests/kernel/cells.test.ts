import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** Name and message of the error, or the result's text. */
async function run(...cells: string[]): Promise<string | undefined> {
  let said: string | undefined;
  for (const cell of cells) {
    const { error, result } = await kernel.execute(cell);
    said = error ? `${error.ename}: ${error.evalue}` : result;
  }
  return said;
}

describe('results', () => {
  it('shows the value of a last expression and nothing else', async () => {
    expect(await run('1 + 1')).toBe('2');
    expect(await run('1 + 1;')).toBe('2');
    expect(await run('const quiet = 1')).toBeUndefined();
    expect(await run('undefined')).toBeUndefined();
    expect(await run('')).toBeUndefined();
    expect(await run('// only a comment')).toBeUndefined();
    expect(await run('null')).toBe('null');
    expect(await run("'text'")).toBe("'text'");
    expect(await run('() => 1')).toBe('[Function (anonymous)]');
  });

  it('counts cells, but not silent ones', async () => {
    const first = await kernel.execute('1');
    const count = Number(first.reply.content.execution_count);
    const silent = await kernel.execute('globalThis.silently = 1', { silent: true });
    expect(silent.types).toEqual([]);
    const next = await kernel.execute('2');
    expect(next.reply.content.execution_count).toBe(count + 1);
    const result = next.iopub.find(({ header }) => header.msg_type === 'execute_result');
    expect(result?.content.execution_count).toBe(count + 1);
  });

  it('asks a value how it wants to be shown', async () => {
    const { iopub } = await kernel.execute(
      "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>x</b>', 'text/plain': 'x' }) })",
    );
    expect(iopub.at(-2)?.content.data).toEqual({ 'text/html': '<b>x</b>', 'text/plain': 'x' });
  });

  it('waits for a value that shows itself later, and encodes bytes', async () => {
    const { iopub, types } = await kernel.execute(
      `({ [Symbol.for('Jupyter.display')]: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { 'image/png': new Uint8Array([1, 2, 3]), 'text/plain': 'late' };
      } })`,
    );
    expect(types).toEqual(['execute_result']);
    expect(iopub.at(-2)?.content.data).toEqual({ 'image/png': 'AQID', 'text/plain': 'late' });
  });

  it('waits for a promise at the end', async () => {
    expect(await run('Promise.resolve(42)')).toBe('42');
    expect(await run("Promise.reject(new Error('no'))")).toBe('Error: no');
    expect(await run('Promise.resolve()')).toBeUndefined();
  });

  it('reports a value that fails to show itself', async () => {
    const broken = "({ [Symbol.for('Jupyter.display')]: () => { throw new Error('shy'); } })";
    expect(await run(broken)).toBe('Error: shy');
  });
});

describe('type errors', () => {
  it('stop the cell with code, line and caret', async () => {
    const { error, stdout, types } = await kernel.execute(
      "console.log('before');\nconst wrong: number = 'text';",
    );
    expect(types).toEqual(['error']);
    expect(stdout).toBe('');
    expect(error?.ename).toBe('TypeScriptError');
    expect(error?.evalue).toBe("Type 'string' is not assignable to type 'number'. (TS2322)");
    expect(error?.traceback).toContain("> 2 │ const wrong: number = 'text';\n      │       ^^^^^");
  });

  it('leave the names of the cell as they were', async () => {
    expect(await run('const steady = 1', "const steady: string = 1; 'ran'", 'steady')).toBe('1');
  });

  it('know types of all earlier cells', async () => {
    await kernel.execute('interface Point { x: number }\nconst point: Point = { x: 1 };');
    await kernel.execute('interface Unrelated { point: Point }');
    expect(await run('point.y')).toBe(
      "TypeScriptError: Property 'y' does not exist on type 'Point'. (TS2339)",
    );
  });

  it('know that a type was declared anew, and what was made of the older one', async () => {
    await kernel.execute('class Box { old = 1 }\nconst oldBox = new Box();');
    await kernel.execute('class Box { fresh = 2 }\nconst newBox = new Box();');
    expect(await run('oldBox.old + newBox.fresh')).toBe('3');
    expect(await run('newBox.old')).toContain("Property 'old' does not exist");
  });

  it('know what ran before a cell was edited, or run twice', async () => {
    await kernel.execute('const edited = { first: 1 };\nconst goneLater = edited.first;');
    await kernel.execute('const edited = { second: 2 };');
    expect(await run('goneLater.toFixed() + edited.second')).toBe("'12'");
    expect(await run('edited.first')).toContain("Property 'first' does not exist");
    const counter = 'let runs = 0;\ninterface Run { n: number }\nconst log: Run[] = [];';
    await kernel.execute(counter);
    await kernel.execute('const step = (): Run => ({ n: ++runs });\nconst kept: Run = step();');
    await kernel.execute(counter);
    await kernel.execute('log.push(kept, step());');
    expect(await run('log.map((r) => r.n).join()')).toBe("'1,1'");
  });

  it('know names for their types and for their values', async () => {
    await kernel.execute('let both: { v: number } = { v: 1 };\ntype both = string;');
    expect(await run("const text: both = 'a'; both = { v: 2 }; text + both.v")).toBe("'a2'");
    await kernel.execute('type both = number;');
    expect(await run('const three: both = 3; three + both.v')).toBe('5');
    expect(await run('class Twice { a = 1 }', 'const Twice = 5', 'Twice.toFixed()')).toBe("'5'");
  });

  it('know what cells add to global declarations, the last of each', async () => {
    await kernel.execute(
      'declare global { interface Array<T> { first(): T; } }\n' +
        'Array.prototype.first = function () { return this[0]; };',
    );
    await kernel.execute('declare global { var planted: number; }\nglobalThis.planted = 3;');
    await kernel.execute(
      'declare global { interface Array<T> { last(): T; } }\n' +
        'Array.prototype.last = function () { return this.at(-1); };',
    );
    expect(await run('[1, 2].first() + [1, 2].last() + planted')).toBe('6');
    expect(await run('declare global { var planted: string; }\nplanted = "four";')).toBe("'four'");
    expect(await run('planted.length + [5].first()')).toBe('9');
  });

  it('are not raised for what no declaration file can say', async () => {
    await kernel.execute(
      'const Anonymous = class { #y = 2; private z = 1; sum() { return this.#y + this.z; } };',
    );
    expect(await run('new Anonymous().sum().toFixed()')).toBe("'3'");
    expect(await run('new Anonymous().nothing')).toContain("'nothing' does not exist");
  });

  it('know what was made of classes, generics, libraries and odd names', async () => {
    await kernel.execute(
      "import { EventEmitter } from 'node:events';\nimport { readFileSync } from 'node:fs';\n" +
        'class Q<T extends { a: number }> { constructor(public t: T) {} static #p = 1; }',
    );
    await kernel.execute(
      "const q = new Q({ a: 1, b: 'x' }), read = (p: string) => readFileSync(p);\n" +
        "const emitter = new EventEmitter(), tuple = [1, 'a'] as const, of = 2;\n" +
        'enum Color { Red, Green }\nlet async: Color = Color.Red;',
    );
    expect(await run('q.t.b.toFixed()')).toContain("does not exist on type 'string'");
    expect(await run("read('a').nothing")).toContain("'nothing' does not exist on type");
    expect(await run('emitter.nothing')).toContain("does not exist on type 'EventEmitter");
    expect(await run('tuple[0].length')).toContain("does not exist on type '1'");
    expect(await run("async = 'x'")).toContain("not assignable to type 'Color'");
    expect(await run('async = Color.Green; async + of + q.t.b.length')).toBe('4');
  });

  it('check assignments to variables and constants of other cells', async () => {
    await kernel.execute('let loose: number | string = 1; const tight = 1;');
    expect(await run('loose = 2; loose.toFixed()')).toBe("'2'");
    expect(await run('loose = true')).toContain("Type 'boolean' is not assignable");
    expect(await run('tight = 2')).toContain("Cannot assign to 'tight' because it is a constant");
  });

  it('are not raised for a missing annotation', async () => {
    expect(
      await run(
        'function twice(x) { return 2 * x; }\nconst list = [];',
        'list.push(twice(2)); list',
      ),
    ).toBe('[ 4 ]');
  });

  it('are not looked for under // @ts-nocheck', async () => {
    expect(await run("// why not\n// @ts-nocheck\nconst odd: number = 'text'; odd")).toBe("'text'");
    expect(await run("// @ts-expect-error\nconst even: number = 'text'; even")).toBe("'text'");
  });

  it('do not confuse user names with those of the system', async () => {
    await kernel.execute(
      'interface Response { mine: number }\nconst name = { mine: 1 } as Response;',
    );
    expect(await run('name.mine')).toBe('1');
  });
});

describe('errors', () => {
  it('have name, message, own lines and no frames of the kernel', async () => {
    await kernel.execute(
      'interface Gone { x: 1 }\n\nfunction fails(n: number) {\n  throw new RangeError(`no ${n}`);\n}',
    );
    const { error, reply } = await kernel.execute('const before = 1;\nfails(\n  before);');
    expect(error?.ename).toBe('RangeError');
    expect(error?.evalue).toBe('no 1');
    expect(reply.content).toMatchObject({ status: 'error', ename: 'RangeError', evalue: 'no 1' });
    expect(error?.traceback).toMatch(
      /RangeError: no 1\n {2}Cell \[\d+\], line 4:\n[\s\S]*> 4 │ {3}throw new RangeError/,
    );
    const frames = error!.traceback.split('\n').filter((line) => line.startsWith('    at '));
    expect(frames).toHaveLength(2);
    expect(frames[0]).toMatch(/at fails \(Cell \[\d+\]:4:9\)/);
    expect(frames[1]).toMatch(/at Cell \[\d+\]:2:/);
  });

  it('print causes', async () => {
    const { error } = await kernel.execute(
      "try { null!.x; } catch (cause) {\n  throw new Error('outer', { cause });\n}".replace(
        'null!',
        '(null as any)',
      ),
    );
    expect(error?.evalue).toBe('outer');
    expect(error?.traceback).toMatch(/Caused by: TypeError: Cannot read properties of null/);
    expect(error?.traceback).toMatch(/> 1 │ try/);
  });

  it.each([
    ["throw 'text'", "Thrown: 'text'"],
    ['throw { a: 1 }', 'Thrown: { a: 1 }'],
    ['throw null', 'Thrown: null'],
    ['throw Object.create(null)', 'Thrown: [Object: null prototype] {}'],
    ["throw Object.assign(new Error('x'), { name: 'Mine' })", 'Mine: x'],
    ['throw new Proxy({}, { get() { throw new Error("trap") } })', 'Thrown: {}'],
  ])('survive %s', async (code, said) => {
    expect(await run(code)).toBe(said);
  });

  it('speak of names as the user wrote them', async () => {
    expect(await run('let notFunction: any = 5;\nnotFunction()')).toBe(
      'TypeError: notFunction is not a function',
    );
    expect(await run('notFunction.a.b')).toBe(
      "TypeError: Cannot read properties of undefined (reading 'b')",
    );
    expect(await run('new notFunction()')).toBe('TypeError: notFunction is not a constructor');
    expect(await run('[...notFunction]')).toMatch(/^TypeError: .*notFunction.* iterable/);
  });

  it('give the place of a syntax error', async () => {
    const { error } = await kernel.execute('const fine = 1;\nconst x = ;');
    expect(error?.ename).toBe('SyntaxError');
    expect(error?.evalue).toBe('Expression expected.');
    expect(error?.traceback).toContain('> 2 │ const x = ;\n      │           ^');
  });

  it('show async stacks and printed stacks in the cell’s lines', async () => {
    const { stdout } = await kernel.execute(
      "interface Gone {}\nasync function later() {\n  await null;\n  throw new Error('late');\n}\n" +
        'try { await later(); } catch (error) { console.log((error as Error).stack); }',
    );
    expect(stdout).toMatch(
      /^Error: late\n {4}at later \(Cell \[\d+\]:4:9\)\n {4}at async Cell \[\d+\]:6:/,
    );
  });

  it('abort the cells already queued, unless told not to', async () => {
    const failing = kernel.execute("throw new Error('first')");
    const queued = kernel.execute("'second'");
    expect((await failing).status).toBe('error');
    expect((await queued).status).toBe('aborted');
    const tolerant = kernel.execute("throw new Error('first')", { stop_on_error: false });
    const next = kernel.execute("'second'");
    await tolerant;
    expect((await next).result).toBe("'second'");
  });
});

describe('what would end a process', () => {
  it.each([
    'process.exit(3)',
    'process.abort()',
    "import { exit } from 'node:process'; exit(1)",
    "process.kill(process.pid, 'SIGKILL')",
    '(process as any).reallyExit(0)',
  ])('%s is an error', async (code) => {
    expect(await run(code)).toMatch(/^ExitError: process\..* would end the kernel/);
    expect(await run("'alive'")).toBe("'alive'");
  });

  it('a timer that throws is reported in its cell, and the kernel goes on', async () => {
    const { id, executed } = kernel.begin(
      "setTimeout(() => { throw new Error('from a timer'); }, 5); 0",
    );
    await executed;
    const late = await kernel.until(({ content }) => content.evalue === 'from a timer');
    expect(late.header.msg_type).toBe('error');
    expect(late.parent_header.msg_id).toBe(id);
    expect(await run("'alive'")).toBe("'alive'");
  });

  it('a rejection nobody handles is reported in its cell', async () => {
    const { id, executed } = kernel.begin("Promise.reject(new Error('unhandled')); 'done'");
    expect((await executed).result).toBe("'done'");
    const late = await kernel.until(({ content }) => content.evalue === 'unhandled');
    expect(late.parent_header.msg_id).toBe(id);
    const later = kernel.begin("setTimeout(() => Promise.reject(new Error('later still')), 5); 0");
    await later.executed;
    await kernel.execute('1');
    const report = await kernel.until(({ content }) => content.evalue === 'later still');
    expect(report.parent_header.msg_id).toBe(later.id);
  });
});
