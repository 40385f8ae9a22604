import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start({ env: { LECTERN_TYPE_ERRORS: 'off' } });
  await kernel.execute('let kept = 42;');
});
afterAll(() => kernel.stop());

/** Results, printed text, errors and late errors come as ever. */
async function isSound(): Promise<void> {
  expect((await kernel.execute('kept + [1, 2].map((x) => x).length')).result).toBe('44');
  const later = await kernel.execute("console.log('printed'); await null; ({ a: [1, 'b'] })");
  expect([later.stdout, later.result]).toEqual(['printed\n', "{ a: [ 1, 'b' ] }"]);
  const { error } = await kernel.execute("throw new TypeError('thrown')");
  expect(error).toMatchObject({ ename: 'TypeError', evalue: 'thrown' });
  expect(error?.traceback).toContain("> 1 │ throw new TypeError('thrown')");
}

describe('a cell that wants to end the process', () => {
  it.each([
    'process.exit()',
    'process.exit(3)',
    'process.abort()',
    'process.reallyExit(1)',
    "process.execve('/bin/true', ['true'])",
    'process.kill(process.pid)',
    "process.kill(process.pid, 'SIGKILL')",
    "process.kill(0, 'SIGTERM')",
    "process.kill(-process.pid, 'SIGINT')",
    'process._kill(process.pid, 9)',
    "import { exit } from 'node:process'; exit(1)",
    "(await import('node:process')).exit()",
    "require('process').abort()",
  ])('is told why not: %s', async (code) => {
    const { error } = await kernel.execute(code);
    expect(error?.ename).toBe('ExitError');
    expect(error?.evalue).toMatch(/would end the kernel .* restart the kernel\.$/);
    await isSound();
  });

  it.each(["process.emit('SIGTERM')", "process.emit('exit', 0)", 'process.exitCode = 4'])(
    'does not: %s',
    async (code) => {
      await kernel.execute(code);
      await isSound();
    },
  );

  it('may send signals to others, and ask whether it is alive', async () => {
    const { result } = await kernel.execute(
      `const child = require('node:child_process').spawn('sleep', ['60']);
       await new Promise((resolve) => child.once('spawn', resolve));
       process.kill(child.pid, 'SIGTERM');
       await new Promise((resolve) => child.once('exit', resolve));
       [child.signalCode, process.kill(process.pid, 0)]`,
    );
    expect(result).toBe("[ 'SIGTERM', true ]");
  });
});

describe('a cell that breaks what everything stands on', () => {
  it.each([
    ['console', 'globalThis.console = undefined'],
    ['Promise', 'globalThis.Promise = class { then() {} }'],
    ['Promise.prototype.then', "Promise.prototype.then = () => { throw new Error('no'); }"],
    ['JSON.stringify', 'JSON.stringify = () => 5'],
    ['JSON', 'globalThis.JSON = undefined'],
    ['Array.prototype.push', "Array.prototype.push = () => { throw new Error('no'); }"],
    ['Array.prototype.map', 'delete Array.prototype.map'],
    ['Array.prototype[Symbol(Symbol.iterator)]', 'Array.prototype[Symbol.iterator] = null'],
    ['Function.prototype.apply', 'Function.prototype.apply = Function.prototype.call = null'],
    ['Object.keys', 'Object.keys = Object.entries = Object.fromEntries = null'],
    ['Object.prototype.get', 'Object.prototype.get = function () {}'],
    ['Object.prototype.then', 'Object.prototype.then = (resolve) => resolve(5)'],
    ['Object.prototype.toJSON', "Object.prototype.toJSON = () => 'no'"],
    [
      'Object.prototype.id',
      "Object.defineProperty(Object.prototype, 'id', { set() { throw 1; }, configurable: true })",
    ],
    ['Array.prototype.toJSON', "Array.prototype.toJSON = () => 'no'"],
    ['Map', 'globalThis.Map = globalThis.Set = globalThis.WeakMap = null'],
    ['Map.prototype.get', 'Map.prototype.get = null'],
    ['String.prototype.split', 'String.prototype.split = null; RegExp.prototype.exec = () => null'],
    ['Symbol', 'globalThis.Symbol = null'],
    ['Symbol.for', 'Symbol.for = null'],
    ['globalThis', 'globalThis.globalThis = null'],
    ['Atomics', 'globalThis.Atomics = null'],
    ['Atomics.load', 'Atomics.load = Atomics.store = Atomics.wait = Atomics.notify = null'],
    ['process', 'globalThis.process = undefined'],
    ['setTimeout', 'globalThis.setTimeout = null; globalThis.Buffer = null'],
    ['process.nextTick', 'process.nextTick = null'],
    [
      'Object',
      'for (const name of Object.getOwnPropertyNames(globalThis)) delete globalThis[name]',
    ],
    ['Array', 'await null; globalThis.Array = globalThis.Error = null'],
  ])('finds %s as it was, and is told', async (name, code) => {
    const { stderr } = await kernel.execute(code);
    expect(stderr).toContain(`This cell changed `);
    expect(stderr).toContain(name);
    await isSound();
  });

  it.each([
    'process.removeAllListeners()',
    'process.on = process.emit = process.listeners = null',
    'process.stdout.write = process.stderr.write = null',
    'process.stdout.end(); process.stdout.destroy(); process.stderr.destroy(); process.stdin.destroy()',
    "process.chdir('/')",
    "Error.prepareStackTrace = () => { throw new Error('no'); }",
    'throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; }, has() { throw 3; } })',
    'new Proxy({}, { get() { throw 1; } })',
    "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 5n }) })",
    'const recurse = () => recurse(); recurse()',
  ])('does no harm to later ones: %s', async (code) => {
    await kernel.execute(code);
    await isSound();
    const late = await kernel.execute(
      "setTimeout(() => { throw new RangeError('late'); }); await new Promise((r) => setTimeout(r, 20));",
    );
    expect(late.error?.ename).toBe('RangeError');
  });

  it('may have its own versions of what only it uses', async () => {
    const { stderr } = await kernel.execute(
      `Math.random = () => 4; Object.prototype.hello = () => 'hello';
       Array.prototype.last = function () { return this.at(-1); };
       globalThis.fetch = () => 'fetched'; console.info = () => {};`,
    );
    expect(stderr).toBe('');
    const { result } = await kernel.execute(
      '[Math.random(), ({}).hello(), [1, 2].last(), fetch()]',
    );
    expect(result).toBe("[ 4, 'hello', 2, 'fetched' ]");
  });
});
