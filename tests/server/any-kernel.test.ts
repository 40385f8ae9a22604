import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './helper.ts';
import { type Channels, openChannels, shown } from './kernel-client.ts';

/** What holds for any kernel, tried with a small one of another kind that starts quickly. */
let server: TestServer;

beforeAll(async () => {
  const script = fileURLToPath(new URL('./asking-kernel.ts', import.meta.url));
  const spec = {
    argv: [process.execPath, '--conditions=source', script, '{connection_file}'],
    ...{ display_name: 'Asking', language: 'none', interrupt_mode: 'signal' as const },
    ...{ env: {}, metadata: {} },
  };
  server = await startTestServer({ kernelspecs: { asking: { name: 'asking', spec } } });
});

afterEach(async () => {
  const { json } = await server.get('/api/kernels');
  for (const { id } of json) await server.request('DELETE', `/api/kernels/${id}`);
});

async function startSession(document: string) {
  const body = { path: document, name: 'nb.ipynb', type: 'notebook', kernel: { name: 'asking' } };
  const { status, json } = await server.request('POST', '/api/sessions', body);
  expect(status).toBe(201);
  return json as { id: string; kernel: { id: string } };
}

describe('sessions', () => {
  it('one per document, also when two tabs ask at once', async () => {
    const [a, b] = await Promise.all([startSession('x.ipynb'), startSession('x.ipynb')]);
    expect(a.id).toBe(b.id);
    expect((await startSession('x.ipynb')).kernel.id).toBe(a.kernel.id);
    expect((await startSession('y.ipynb')).kernel.id).not.toBe(a.kernel.id);
    expect((await server.get('/api/sessions')).json).toHaveLength(2);
  });

  it('take path, name and kernel as they come', async () => {
    const session = await startSession('deep/4f6c-uuid');
    const patch = (change: object) =>
      server.request('PATCH', `/api/sessions/${session.id}`, change);
    expect((await patch({ path: 'deep/nb.ipynb' })).status).toBe(200);
    const renamed = await patch({ name: 'nb.ipynb' });
    expect(renamed.json).toMatchObject({ path: 'deep/nb.ipynb', name: 'nb.ipynb' });
    const other = await patch({ kernel: { name: 'asking' } });
    expect(other.json.kernel.id).not.toBe(session.kernel.id);
    expect((await server.get(`/api/kernels/${session.kernel.id}`)).status).toBe(404);
    expect((await server.request('DELETE', `/api/sessions/${session.id}`)).status).toBe(204);
    expect((await server.get('/api/kernels')).json).toEqual([]);
    const gone = await server.request('DELETE', `/api/sessions/${session.id}`);
    expect([gone.status, gone.json.code]).toEqual([404, 'no-such-session']);
  });

  it('refuse a kernel that does not exist, and paths outside', async () => {
    const start = (document: string, name: string) =>
      server.request('POST', '/api/sessions', { path: document, kernel: { name } });
    const unknown = await start('x.ipynb', 'python3');
    expect([unknown.status, unknown.json.code]).toEqual([400, 'no-such-kernelspec']);
    expect(unknown.json.message).toContain('asking');
    expect((await start('x.ipynb', '__proto__')).json.code).toBe('no-such-kernelspec');
    expect((await start('../x.ipynb', 'asking')).status).toBe(404);
  });
});

describe('a kernel', () => {
  let kernel: string;

  beforeEach(async () => {
    kernel = (await server.request('POST', '/api/kernels', { name: 'asking' })).json.id;
  });

  const open = (form: 'binary' | 'JSON' = 'binary') => openChannels(server, kernel, { form });
  const kill = async (page: Channels) =>
    process.kill(Number(shown(await page.execute('pid'))), 'SIGKILL');

  it.each(['binary', 'JSON'] as const)(
    'asks the page that ran the cell, and no other, for input (%s form)',
    async (form) => {
      const page = await open(form);
      const bystander = await open(form);
      const running = page.execute('Who? ');
      const question = await page.wait('the question', ({ type }) => type === 'input_request');
      expect(question).toMatchObject({ channel: 'stdin', content: { prompt: 'Who? ' } });
      page.send('stdin', 'input_reply', { status: 'ok', value: 'Ada' });
      expect(shown(await running)).toBe('Ada');
      await bystander.wait('the output', ({ content }) => content.text === 'Ada');
      expect(bystander.heard.some(({ type }) => type === 'input_request')).toBe(false);
    },
  );

  it('is interrupted by a signal where its spec says so', async () => {
    const page = await open();
    await server.request('POST', `/api/kernels/${kernel}/interrupt`);
    const said = await page.wait('the signal', ({ type }) => type === 'stream');
    expect(said.content.text).toBe('SIGINT');
  });

  it('closes a page’s connection that sends nonsense, and lives', async () => {
    const page = await open();
    const closed = new Promise<number>((resolve) => page.socket.once('close', resolve));
    page.socket.send(Buffer.from('nonsense'));
    expect(await closed).toBe(1007);
    expect(Number(shown(await (await open()).execute('pid')))).toBeGreaterThan(1);
  });

  it('that dies is started again, and the page is told', async () => {
    const page = await open();
    await kill(page);
    await page.wait('restarting', ({ content }) => content.execution_state === 'restarting');
    // Asked for while nobody is there: waits until the kernel is back.
    expect(Number(shown(await page.execute('pid')))).toBeGreaterThan(1);
  });

  it('that keeps dying is left dead until it is restarted by hand', async () => {
    const page = await open();
    const deaths = () =>
      page.heard.filter(({ content }) => content.execution_state === 'restarting').length;
    for (let death = 1; death <= 4; death++) {
      await kill(page);
      if (death < 4) await page.wait(`death ${death}`, () => deaths() === death);
    }
    await page.wait('dead', ({ content }) => content.execution_state === 'dead');
    const { json } = await server.get(`/api/kernels/${kernel}`);
    expect(json.execution_state).toBe('dead');
    const restarted = await server.request('POST', `/api/kernels/${kernel}/restart`);
    expect(restarted.json.execution_state).toBe('idle');
    expect(Number(shown(await page.execute('pid')))).toBeGreaterThan(1);
  });
});

describe('a kernel that cannot start', () => {
  it('is an error that says why', async () => {
    const spec = {
      argv: [process.execPath, '-e', 'console.error("no licence"); process.exit(3)'],
      ...{ display_name: 'Broken', language: 'none', interrupt_mode: 'signal' as const },
      ...{ env: {}, metadata: {} },
    };
    const missing = { ...spec, argv: ['/no/such/program'] };
    const kernelspecs = {
      broken: { name: 'broken', spec },
      missing: { name: 'missing', spec: missing },
    };
    const other = await startTestServer({ kernelspecs });
    const broken = await other.request('POST', '/api/kernels', { name: 'broken' });
    expect(broken.status).toBe(500);
    expect(broken.json).toMatchObject({
      code: 'kernel-failed',
      message: 'The kernel “broken” did not start: no licence',
    });
    const absent = await other.request('POST', '/api/kernels', { name: 'missing' });
    expect(absent.json.message).toContain('/no/such/program');
    expect((await other.get('/api/kernels')).json).toEqual([]);
  });
});
