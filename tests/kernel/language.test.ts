import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';
import { sampleCell } from './sample.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(sampleCell);
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

  it('gives the source at the second level: of cells, and of the library', async () => {
    const inspected = async (code: string, detail_level: number) => {
      const request = { code, cursor_pos: 3, detail_level };
      const { reply } = await kernel.request('inspect_request', request);
      return (reply.content.data as Record<string, string>)['text/plain'];
    };
    expect(await inspected('twice(2)', 0)).not.toContain('return 2 * n');
    expect(await inspected('twice(2)', 1)).toContain('{ return 2 * n; }');
    await kernel.execute("import { logsumexp } from '@lectern/lib';");
    expect(await inspected('logsumexp', 1)).toContain('export const logsumexp =');
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
    ['`a ${b', 'incomplete'],
    ['"goes on\\', 'incomplete'],
    ['const a = ;\nconst b = 2;', 'invalid'],
    ["'open", 'invalid'],
    ['}', 'invalid'],
    ['let twice = 1;\nlet twice = 2;', 'invalid'],
    ['', 'complete'],
  ])('%j is %s', async (code, status) => {
    const { reply } = await kernel.request('is_complete_request', { code });
    expect(reply.content.status).toBe(status);
  });
});

it('indents what goes on by its open brackets, not by those in texts', async () => {
  const code = 'const text = "{(";\nif (a) { // {\n  f([';
  const { reply } = await kernel.request('is_complete_request', { code });
  expect(reply.content).toMatchObject({ status: 'incomplete', indent: '      ' });
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
