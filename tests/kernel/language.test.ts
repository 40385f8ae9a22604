import type { Message } from '@lectern/kernel/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(`
    interface Row { key: string; value: number }
    /** Doubles a number. @param n what to double @returns twice as much */
    function twice(n: number): number { return 2 * n; }
    const rows: Row[] = [];
    let counter = 0;`);
});
afterAll(() => kernel.stop());

interface Completed {
  matches: string[];
  cursor_start: number;
  cursor_end: number;
  metadata: { _jupyter_types_experimental: { text: string; type: string }[] };
}

/** Completes at the mark `|`. */
async function complete(marked: string): Promise<Completed> {
  const cursor_pos = [...marked.slice(0, marked.indexOf('|'))].length;
  const code = marked.replace('|', '');
  const { reply } = await kernel.request('complete_request', { code, cursor_pos });
  return reply.content as unknown as Completed;
}

async function inspect(marked: string): Promise<Record<string, string> | null> {
  const cursor_pos = [...marked.slice(0, marked.indexOf('|'))].length;
  const code = marked.replace('|', '');
  const { reply } = await kernel.request('inspect_request', { code, cursor_pos, detail_level: 0 });
  return reply.content.found ? (reply.content.data as Record<string, string>) : null;
}

describe('completion', () => {
  it('knows names of earlier cells', async () => {
    const { matches, cursor_start, cursor_end } = await complete('tw|');
    expect(matches[0]).toBe('twice');
    expect([cursor_start, cursor_end]).toEqual([0, 2]);
  });

  it('knows members, and what kind they are', async () => {
    const { matches, metadata } = await complete('rows.pu|');
    expect(matches).toEqual(['push']);
    expect(metadata._jupyter_types_experimental[0]).toMatchObject({ text: 'push', type: 'method' });
    expect((await complete('rows[0].|')).matches).toEqual(['key', 'value']);
  });

  it('knows names of the cell itself and of the language', async () => {
    expect((await complete('const mine = 1; mi|')).matches).toContain('mine');
    expect((await complete('cons|')).matches).toEqual(expect.arrayContaining(['const', 'console']));
  });

  it('completes what stands before the rest of a cell', async () => {
    const { matches, cursor_start } = await complete("const a = 'é🙂';\nrows.le|;\ntwice(1);");
    expect(matches).toEqual(['length']);
    expect(cursor_start).toBe(21); // code points: the emoji is one
  });

  it('completes the paths of imports', async () => {
    expect((await complete("import fs from 'node:f|'")).matches).toContain('node:fs');
    await kernel.execute("(await import('node:fs')).writeFileSync('beside.ts', 'export {}')");
    const { matches, cursor_start } = await complete("import './be|'");
    expect(matches).toContain('beside');
    expect(cursor_start).toBe(10);
  });

  it('offers nothing in a text', async () => {
    expect((await complete("'some tw|'")).matches).toEqual([]);
  });
});

describe('inspection', () => {
  it('gives signature and documentation', async () => {
    const data = await inspect('twi|ce(2)');
    expect(data?.['text/plain']).toContain('function twice(n: number): number');
    expect(data?.['text/plain']).toContain('Doubles a number.');
    expect(data?.['text/markdown']).toMatch(/^```typescript\nfunction twice/);
  });

  it('gives types of variables', async () => {
    expect((await inspect('counter|'))?.['text/plain']).toBe('let counter: number');
    expect((await inspect('rows|'))?.['text/plain']).toContain('const rows: Row[]');
  });

  it('gives the call that the cursor stands in', async () => {
    expect((await inspect('twice(|)'))?.['text/plain']).toContain('twice(n: number): number');
  });

  it('finds nothing where there is nothing', async () => {
    expect(await inspect('   |  ')).toBeNull();
  });
});

describe('is_complete', () => {
  it.each([
    ['const a = 1', 'complete'],
    ['function f() {', 'incomplete'],
    ['f(1,', 'incomplete'],
    ['`open', 'incomplete'],
    ['const a = ;\nconst b = 2;', 'invalid'],
    ['', 'complete'],
  ])('%j is %s', async (code, status) => {
    const { reply } = await kernel.request('is_complete_request', { code });
    expect(reply.content.status).toBe(status);
  });
});

describe('history', () => {
  it('gives the last cells', async () => {
    await kernel.execute('"first"');
    await kernel.execute('"second"');
    const { reply } = await kernel.request('history_request', {
      hist_access_type: 'tail',
      n: 2,
      output: false,
      raw: true,
    });
    const history = reply.content.history as [number, number, string][];
    expect(history.map(([, , source]) => source)).toEqual(['"first"', '"second"']);
  });
});

interface Problem {
  start: number;
  end: number;
  severity: string;
  message: string;
  code: number;
}

describe('diagnostics over a comm', () => {
  let requests = 0;

  /** Problems by cell, each as the text it is about and its code. */
  async function diagnose(cells: Record<string, string>): Promise<Record<string, Problem[]>> {
    const id = `r${++requests}`;
    const list = Object.entries(cells).map(([cell, code]) => ({ id: cell, code }));
    const data = { id, method: 'diagnostics', params: { cells: list } };
    kernel.send('comm_msg', { comm_id: 'language', data }, { replies: false });
    const answer = await kernel.until(
      ({ header, content }: Message) =>
        header.msg_type === 'comm_msg' && (content.data as { id?: string }).id === id,
    );
    return (answer.content.data as { result: Record<string, Problem[]> }).result;
  }

  beforeAll(async () => {
    const open = { comm_id: 'language', target_name: 'lectern.language', data: {} };
    await kernel.request('comm_open', open, { replies: false });
  });

  it('gives offsets in the cell, severity, message and code', async () => {
    const code = "// 🙂 first\nconst n: number = 'text';";
    const { a } = await diagnose({ a: code });
    expect(a).toEqual([
      {
        start: code.indexOf('n:'),
        end: code.indexOf('n:') + 1,
        severity: 'error',
        message: "Type 'string' is not assignable to type 'number'.",
        code: 2322,
      },
    ]);
  });

  it('knows earlier cells that were never run, in their order', async () => {
    const problems = await diagnose({
      a: 'const unrun: number = 1;\ninterface Pt { x: number }',
      b: 'unrun.toFixed();\nconst p: Pt = { x: unrun };',
      c: 'later;',
      d: 'const later = 1;',
    });
    expect(problems.a).toEqual([]);
    expect(problems.b).toEqual([]);
    expect(problems.c).toMatchObject([{ code: 2304, message: "Cannot find name 'later'." }]);
    expect(problems.d).toEqual([]);
  });

  it('knows what was executed, and lets cells redeclare it', async () => {
    const problems = await diagnose({
      a: 'twice(counter);',
      b: "const counter = 'text';",
      c: 'twice(counter);',
    });
    expect(problems.a).toEqual([]);
    expect(problems.b).toEqual([]);
    expect(problems.c).toMatchObject([{ code: 2345 }]);
  });

  it('allows redeclaration and assignment between cells', async () => {
    const problems = await diagnose({
      a: 'const x = 1; let y: number | null = null; class K { a = 1 }',
      b: "const x = 'text'; y = 5; y.toFixed(); class K { b = 2 }",
      c: 'x.length; new K().b; const z = [];',
      d: 'z.push(1);',
    });
    expect(
      Object.values(problems)
        .flat()
        .filter(({ severity }) => severity === 'error'),
    ).toEqual([]);
  });

  it('reports syntax errors without losing the other names', async () => {
    const problems = await diagnose({ a: 'const good = 1;\nconst = 2;', b: 'good + 1;' });
    expect(problems.a!.length).toBeGreaterThan(0);
    expect(problems.b).toEqual([]);
  });

  it('notices changes, and cells that have gone', async () => {
    const first = await diagnose({ a: 'const v = 1;', b: 'v.toFixed();' });
    expect(first.b).toEqual([]);
    const second = await diagnose({ a: "const v = 'text';", b: 'v.toFixed();' });
    expect(second.b).toMatchObject([{ code: 2551 }]);
    const third = await diagnose({ b: 'v.toFixed();' });
    expect(third.b).toMatchObject([{ code: 2304 }]);
  });

  it('says which package to install', async () => {
    const { a } = await diagnose({ a: "import { x } from 'not-there';" });
    expect(a).toMatchObject([
      { message: "The package 'not-there' is not installed (npm install not-there)." },
    ]);
  });

  it('treats a missing annotation as a warning', async () => {
    const { a } = await diagnose({ a: 'function f(x) { return x; }' });
    expect(a).toMatchObject([{ severity: 'warning', code: 7006 }]);
  });

  it('answers while a cell computes', async () => {
    const { id, executed } = kernel.begin("console.log('begun'); while (true) {}");
    await kernel.untilPrinted(id, 'begun');
    const { a } = await diagnose({ a: 'nowhere;' });
    expect(a).toMatchObject([{ code: 2304 }]);
    await kernel.interrupt();
    await executed;
  });

  it('answers an unknown method with an error', async () => {
    const data = { id: 'odd', method: 'odd', params: {} };
    kernel.send('comm_msg', { comm_id: 'language', data }, { replies: false });
    const answer = await kernel.until(
      ({ content }) => (content.data as { id?: string })?.id === 'odd',
    );
    expect(answer.content.data).toEqual({ id: 'odd', error: "Unknown method 'odd'." });
  });
});
