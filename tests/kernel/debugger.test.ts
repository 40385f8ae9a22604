import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Message } from '@lectern/kernel/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

type Body = Record<string, unknown>;
interface Answer {
  success: boolean;
  message?: string;
  body: Body;
}
interface Variable {
  name: string;
  value: string;
  type: string;
  variablesReference: number;
}
interface StackFrame {
  id: number;
  name: string;
  line: number;
  source: { path: string };
}

let kernel: KernelClient;
let requests = 0;
/** How many broadcasts had been heard when the program was last let go. */
let since = 0;

/** @throws what the debugger says against it */
async function ask<Result = Body>(command: string, parameters: Body = {}): Promise<Result> {
  const content = { type: 'request', seq: ++requests, command, arguments: parameters };
  const { reply } = await kernel.request('debug_request', content, { channel: 'control' });
  const answer = reply.content as unknown as Answer;
  if (!answer.success) throw new Error(answer.message);
  return answer.body as Result;
}

/** The next event of a kind since the program was let go. */
async function event(name: string): Promise<Body> {
  const isIt = (heard: Message) =>
    heard.header.msg_type === 'debug_event' &&
    heard.content.event === name &&
    kernel.heard.indexOf(heard) >= since;
  return (await kernel.until(isIt)).content.body as Body;
}

async function letGo(command: string): Promise<void> {
  since = kernel.heard.length;
  await ask(command, { threadId: 1 });
}

/** Sets breakpoints in a cell's text by its lines, counted from 1. */
async function breakAt(code: string, ...lines: number[]): Promise<void> {
  const { sourcePath } = await ask<{ sourcePath: string }>('dumpCell', { code });
  const breakpoints = lines.map((line) => ({ line }));
  const answer = await ask<{ breakpoints: { verified: boolean }[] }>('setBreakpoints', {
    source: { path: sourcePath },
    breakpoints,
  });
  expect(answer.breakpoints.every(({ verified }) => verified)).toBe(true);
}

function begin(code: string) {
  since = kernel.heard.length;
  return kernel.begin(code);
}

async function frames(): Promise<StackFrame[]> {
  return (await ask<{ stackFrames: StackFrame[] }>('stackTrace', { threadId: 1 })).stackFrames;
}

async function line(): Promise<number> {
  return (await frames())[0]!.line;
}

async function list(variablesReference: number): Promise<Variable[]> {
  return (await ask<{ variables: Variable[] }>('variables', { variablesReference })).variables;
}

/** Variables of a scope of the innermost frame: name and value. */
async function variables(scope: string): Promise<Record<string, string>> {
  const { scopes } = await ask<{ scopes: { name: string; variablesReference: number }[] }>(
    'scopes',
    { frameId: 1 },
  );
  const found = scopes.find(({ name }) => name === scope);
  const all = found ? await list(found.variablesReference) : [];
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
}

beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

describe('without a debugger', () => {
  it('says that there could be one', async () => {
    const { reply } = await kernel.request('kernel_info_request');
    expect(reply.content.debugger).toBe(true);
    expect(await ask('debugInfo')).toMatchObject({
      isStarted: false,
      hashMethod: 'Murmur2',
      tmpFileSuffix: '.ts',
      breakpoints: [],
      stoppedThreads: [],
    });
  });

  it('gives the variables, and names a cell as clients do', async () => {
    await kernel.execute('const seen = [1, 2, 3]; const count = 3;');
    const { variables: all } = await ask<{ variables: Variable[] }>('inspectVariables');
    expect(all).toContainEqual(expect.objectContaining({ name: 'seen', value: '[1, 2, 3]' }));
    // With a type, JupyterLab's tree would show that instead of the value.
    const count = all.find(({ name }) => name === 'count');
    expect(count).toEqual({
      name: 'count',
      value: '3',
      variablesReference: 0,
      evaluateName: 'count',
    });
    const { tmpFilePrefix, tmpFileSuffix } = await ask<Record<string, string>>('debugInfo');
    const { sourcePath } = await ask('dumpCell', { code: 'abcde' });
    // MurmurHash2 of 'abcde' with Jupyter's seed.
    expect(sourcePath).toBe(`${tmpFilePrefix}${murmur('abcde')}${tmpFileSuffix}`);
    expect(await ask('source', { source: { path: sourcePath } })).toMatchObject({
      content: 'abcde',
    });
  });

  it('refuses what needs a program that stands', async () => {
    await expect(ask('stackTrace')).rejects.toThrow('The program is running.');
    await expect(ask('odd')).rejects.toThrow("This debugger does not know 'odd'.");
  });
});

describe('a debugger', () => {
  beforeEach(async () => {
    await ask('initialize', { clientID: 'test', linesStartAt1: true });
    await ask('attach');
    await ask('configurationDone');
  });
  afterEach(async () => {
    await ask('disconnect');
  });

  it('stops at a breakpoint of a cell that has not run, and goes on', async () => {
    const code = 'let total = 0;\nfor (let i = 1; i <= 3; i++) {\n  total += i;\n}\ntotal;';
    await breakAt(code, 3);
    const { executed } = begin(code);
    expect(await event('stopped')).toMatchObject({ reason: 'breakpoint', threadId: 1 });
    expect(await line()).toBe(3);
    expect(await variables('Locals')).toEqual({ i: '1' });
    expect(await variables('Notebook')).toMatchObject({ total: '0' });
    await letGo('continue');
    await event('stopped');
    expect(await variables('Notebook')).toMatchObject({ total: '1' });
    await breakAt(code);
    await letGo('continue');
    expect((await executed).result).toBe('6');
  });

  it('steps over, into and out of functions of other cells', async () => {
    await kernel.execute(
      'interface Item { price: number }\nfunction double(item: Item): number {\n  const { price } = item;\n  return price * 2;\n}',
    );
    const code = 'const item = { price: 4 };\nconst twice = double(item);\nconst more = twice + 1;';
    await breakAt(code, 1);
    const { executed } = begin(code);
    await event('stopped');
    expect(await line()).toBe(1);
    await letGo('next');
    await event('stopped');
    expect(await line()).toBe(2);
    await letGo('stepIn');
    await event('stopped');
    const [top, below] = await frames();
    expect(top).toMatchObject({ name: 'double', line: 3 });
    expect(below).toMatchObject({ line: 2 });
    expect(below!.source.path).not.toBe(top!.source.path);
    await letGo('next');
    await event('stopped');
    expect(await variables('Locals')).toEqual({ item: '{ price: 4 }', price: '4' });
    await letGo('stepOut');
    await event('stopped');
    expect(await frames()).toMatchObject([{ line: 3, source: below!.source }]);
    expect(await variables('Notebook')).toMatchObject({ twice: '8' });
    // Stepping out of the cell lets it end, and does not stop the next.
    await letGo('next');
    await executed;
    expect((await kernel.execute('more')).result).toBe('9');
  });

  it('evaluates with the names of the frame and of the notebook, in TypeScript', async () => {
    await kernel.execute('const factor = 10;');
    const code = 'function scale(n: number) {\n  const half = n / 2;\n  return half;\n}\nscale(8);';
    await breakAt(code, 3);
    const { executed } = begin(code);
    await event('stopped');
    const evaluate = (expression: string) => ask('evaluate', { expression, frameId: 1 });
    expect(await evaluate('(half as number) * factor')).toMatchObject({ result: '40' });
    expect(await evaluate('{ half }')).toBeDefined();
    expect(await evaluate('[n, half].map((x) => x + 1)')).toMatchObject({ result: '[9, 5]' });
    await evaluate('n = 100');
    expect(await evaluate('n')).toMatchObject({ result: '100' });
    await expect(evaluate('nowhere')).rejects.toThrow('ReferenceError: nowhere is not defined');
    await expect(evaluate('1 +')).rejects.toThrow('SyntaxError');
    await letGo('continue');
    expect((await executed).result).toBe('4');
  });

  it('opens values, and asks no getter', async () => {
    const code = `let asked = 0;
class Box { #secret = 1; shown = new Map([['key', { deep: true }]]); get lazy() { asked++; return 1; } }
const box = new Box();
box.shown.size;`;
    await breakAt(code, 4);
    const { executed } = begin(code);
    await event('stopped');
    const { variablesReference } = await ask<Variable>('evaluate', { expression: 'box' });
    const parts = await list(variablesReference);
    const lazy = parts.find(({ name }) => name === 'lazy');
    expect(lazy).toMatchObject({ value: '(getter)', variablesReference: 0 });
    const shown = parts.find(({ name }) => name === 'shown')!;
    expect(shown.value).toBe("Map(1) { 'key' => { deep: true } }");
    const [entry] = await list(shown.variablesReference);
    expect(entry).toMatchObject({ name: "'key'", value: '{ deep: true }' });
    expect(await list(entry!.variablesReference)).toMatchObject([{ name: 'deep', value: 'true' }]);
    expect(await ask('evaluate', { expression: 'asked' })).toMatchObject({ result: '0' });
    await letGo('continue');
    await executed;
    await expect(list(variablesReference)).rejects.toThrow('earlier stop');
  });

  it('stops in local modules, at their own lines', async () => {
    const file = path.join(kernel.directory, 'tools.ts');
    writeFileSync(
      file,
      'enum Way { Up = 1, Down }\n\nexport function way(n: number): Way {\n  const chosen = n > 0 ? Way.Up : Way.Down;\n  return chosen;\n}\n',
    );
    await ask('setBreakpoints', { source: { path: file }, breakpoints: [{ line: 5 }] });
    const { executed } = begin("import { way } from './tools.ts';\nway(1);");
    await event('stopped');
    const [top, below] = await frames();
    expect(top).toMatchObject({ name: 'way', line: 5, source: { path: file } });
    expect(below).toMatchObject({ line: 2 });
    expect(await variables('Locals')).toEqual({ n: '1', chosen: '1' });
    await ask('setBreakpoints', { source: { path: file }, breakpoints: [] });
    await letGo('continue');
    expect((await executed).result).toBe('1');
  });

  it('stops at functions of cells that ran before it came', async () => {
    await ask('disconnect');
    const code = 'function early(n: number) {\n  return n + 1;\n}';
    await kernel.execute(code);
    await ask('attach');
    await breakAt(code, 2);
    const { executed } = begin('early(1)');
    await event('stopped');
    expect(await frames()).toMatchObject([{ name: 'early', line: 2 }, { line: 1 }]);
    await breakAt(code);
    await letGo('continue');
    expect((await executed).result).toBe('2');
  });

  it('stops where something is thrown, if asked to', async () => {
    await ask('setExceptionBreakpoints', { filters: ['raised'] });
    const code = 'function fail() {\n  throw new RangeError("too far");\n}\nfail();';
    const { executed } = begin(code);
    expect(await event('stopped')).toMatchObject({ reason: 'exception' });
    expect(await line()).toBe(2);
    expect(await ask('exceptionInfo', { threadId: 1 })).toMatchObject({
      exceptionId: 'RangeError',
    });
    await ask('setExceptionBreakpoints', { filters: [] });
    await letGo('continue');
    expect((await executed).error).toMatchObject({ ename: 'RangeError' });
  });

  it('stops only where nobody catches, if asked to', async () => {
    await ask('setExceptionBreakpoints', { filters: ['uncaught'] });
    await kernel.execute(
      'const fail = (what: string): never => {\n  throw new Error(what);\n};\nconst failLate = async () => fail("late");',
    );
    const caught = begin(
      'try { fail("seen") } catch {}\ntry { await failLate() } catch {}\n[1].map(() => { try { JSON.parse("{") } catch {} });\n"through"',
    );
    expect((await caught.executed).result).toBe("'through'");
    for (const code of [
      '[1].map(() => fail("thrown"));',
      'await failLate();',
      'JSON.parse("{");',
    ]) {
      const { executed } = begin(code);
      expect(await event('stopped'), code).toMatchObject({ reason: 'exception' });
      await letGo('continue');
      expect((await executed).status).toBe('error');
    }
    await ask('setExceptionBreakpoints', { filters: [] });
  });

  it('goes over awaits, and stops a running program when asked', async () => {
    const code =
      'const late = await new Promise<number>((resolve) => setTimeout(resolve, 5, 7));\nconst after = late + 1;\nafter;';
    await breakAt(code, 1);
    const first = begin(code);
    await event('stopped');
    await letGo('next');
    await event('stopped');
    expect(await line()).toBe(2);
    await breakAt(code);
    await letGo('continue');
    expect((await first.executed).result).toBe('8');
    const { id, executed } = begin("let on = true; console.log('begun');\nwhile (on) {}\n'left'");
    await kernel.untilPrinted(id, 'begun');
    await ask('pause', { threadId: 1 });
    expect(await event('stopped')).toMatchObject({ reason: 'pause' });
    await ask('evaluate', { expression: 'on = false' });
    await letGo('continue');
    expect((await executed).result).toBe("'left'");
  });

  it('lets the kernel answer and be interrupted while the program stands', async () => {
    const code = 'let kept = 1;\nfor (;;) {\n  kept++;\n}';
    await breakAt(code, 3);
    const { executed } = begin(code);
    await event('stopped');
    const { reply } = await kernel.request('kernel_info_request', {}, { channel: 'control' });
    expect(reply.content.status).toBe('ok');
    since = kernel.heard.length;
    await kernel.interrupt();
    expect((await executed).error?.ename).toBe('KeyboardInterrupt');
    await event('continued');
    await breakAt(code);
    expect((await kernel.execute('kept > 0')).result).toBe('true');
  });

  it('lets the program go when it leaves', async () => {
    const code = "let left = 'gone';\nleft;";
    await breakAt(code, 2);
    const { executed } = begin(code);
    await event('stopped');
    await ask('disconnect');
    expect((await executed).result).toBe("'gone'");
  });
});

/** MurmurHash2 by its definition, on numbers of any size. */
function murmur(text: string): number {
  const m = 0x5bd1e995n;
  const word = 0xffffffffn;
  const bytes = [...Buffer.from(text)].map(BigInt);
  let hash = 0xc70f6907n ^ BigInt(bytes.length);
  while (bytes.length >= 4) {
    const [a, b, c, d] = bytes.splice(0, 4) as [bigint, bigint, bigint, bigint];
    let part = ((a | (b << 8n) | (c << 16n) | (d << 24n)) * m) & word;
    part ^= part >> 24n;
    hash = ((hash * m) & word) ^ ((part * m) & word);
  }
  const [a, b = 0n, c = 0n] = bytes;
  if (a !== undefined) hash = ((hash ^ (a | (b << 8n) | (c << 16n))) * m) & word;
  hash = ((hash ^ (hash >> 13n)) * m) & word;
  return Number(hash ^ (hash >> 15n));
}
