import { readFileSync } from 'node:fs';
import { compileCell, type NameKind } from '@lectern/kernel/compiler';
import { type Engine, Evaluator } from '@lectern/kernel/evaluator';
import { describe, expect, it } from 'vitest';

/** An engine of nothing but the language: what a worker of a browser has too. */
const engine: Engine = {
  // biome-ignore lint/security/noGlobalEval: running a compiled cell is what is tested
  load: ({ cell, label }) => globalThis.eval(`${cell.code}\n//# sourceURL=${label}`),
  isPromise: (value) => value instanceof Promise,
  present: (value) => ({ 'text/plain': String(value) }),
  describe: (thrown) => {
    const { name, message } = thrown as Error;
    return { ename: name, evalue: message, traceback: [] };
  },
};

/** Compiles and runs cells in this process; what each came to. */
function notebook(modules: Record<string, object> = {}) {
  const known = new Map<string, NameKind>();
  const origin = { getStore: () => store };
  let store: object | undefined;
  let settle: (said: string) => void = () => {};
  let runs = 0;
  const evaluator = new Evaluator(
    engine,
    { import: async (specifier) => modules[specifier]!, meta: { url: 'notebook:' } },
    {
      origin,
      publish: () => {},
      attribute: (_, action) => {
        store = {};
        return action();
      },
    },
    (message) => {
      if (message.type !== 'done') return;
      const { outcome } = message;
      settle(
        outcome.status === 'error'
          ? `${outcome.error.ename}: ${outcome.error.evalue}`
          : String(outcome.result?.data['text/plain']),
      );
    },
  );
  const run = (source: string): Promise<string> =>
    new Promise((resolve) => {
      settle = resolve;
      const cell = compileCell(source, known);
      for (const [name, kind] of cell.declared) known.set(name, kind);
      evaluator.run({ type: 'run', id: ++runs, label: `Cell [${runs}]`, source, cell });
    });
  return { run, evaluator };
}

describe('an evaluator without Node', () => {
  it('runs cells that share names', async () => {
    const { run } = notebook();
    await run('let count = 0; function inc(): number { return ++count; }\nenum E { A = 5 }');
    expect(await run('count = 10; inc() + E.A')).toBe('16');
    expect(await run('const count = "text"; count')).toBe('text');
    expect(await run('nowhere')).toBe('ReferenceError: nowhere is not defined');
  });

  it('awaits, imports, and shows what a promise gives', async () => {
    const { run } = notebook({ m: { default: 1, two: 2 } });
    expect(
      await run("import one, { two } from 'm'; const three = await import('m'); one + two"),
    ).toBe('3');
    expect(await run('Promise.resolve(three.two + import.meta.url)')).toBe('2notebook:');
  });

  it('breaks off a wait', async () => {
    const { run, evaluator } = notebook();
    const waits = run('const kept = 1; await new Promise(() => {})');
    evaluator.interrupt();
    expect(await waits).toBe('KeyboardInterrupt: The cell was interrupted.');
    expect(await run('kept')).toBe('1');
  });

  it('imports nothing of Node', () => {
    for (const file of ['evaluator.ts', 'comms.ts']) {
      const source = new URL(`../../kernel/src/evaluator/${file}`, import.meta.url);
      expect(readFileSync(source, 'utf8')).not.toMatch(/from 'node:/);
    }
  });
});
