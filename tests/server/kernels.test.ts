import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './helper.ts';
import { type Channels, openChannels, shown } from './kernel-client.ts';

let server: TestServer;

beforeAll(async () => {
  process.env.LECTERN_TEST_TOKEN = 'it is test-token';
  server = await startTestServer();
  fs.mkdirSync(path.join(server.contentRoot, 'deep'), { recursive: true });
});

afterEach(async () => {
  const { json } = await server.get('/api/kernels');
  for (const { id } of json) await server.request('DELETE', `/api/kernels/${id}`);
});

async function startSession(document = 'deep/nb.ipynb', name?: string) {
  const { status, json } = await server.request('POST', '/api/sessions', {
    path: document,
    name: 'nb.ipynb',
    type: 'notebook',
    kernel: { name },
  });
  expect(status).toBe(201);
  return json as { id: string; kernel: { id: string } };
}

describe.each(['binary', 'JSON'] as const)('over the %s form', (form) => {
  it('runs cells and keeps their state', async () => {
    const { kernel } = await startSession();
    const page = await openChannels(server, kernel.id, { form });
    expect(page.socket.protocol).toBe(form === 'binary' ? 'v1.kernel.websocket.jupyter.org' : '');
    expect(shown(await page.execute('const seven = 7; seven * 6'))).toContain('42');
    const messages = await page.execute('console.log("zwölf 🐸", seven)');
    expect(shown(messages)).toContain('zwölf 🐸 7');
    expect(messages.find(({ type }) => type === 'execute_reply')?.content.status).toBe('ok');
    await page.close();
  });
});

describe('a kernel', () => {
  it('works in the directory of its notebook, and cannot read the token', async () => {
    const { kernel } = await startSession();
    const page = await openChannels(server, kernel.id, { form: 'binary' });
    const code = 'console.log(process.cwd() + "|" + JSON.stringify([process.env, process.argv]))';
    const text = shown(await page.execute(code));
    expect(text).toContain(`${path.join(server.contentRoot, 'deep')}|`);
    expect(text).toContain(`"JPY_PARENT_PID":"${process.pid}"`);
    expect(text).not.toContain('test-token');
    const runDir = path.join(server.dataDir, 'run', String(process.pid));
    const [file] = fs.readdirSync(runDir);
    expect(fs.statSync(path.join(runDir, file!)).mode & 0o777).toBe(0o600);
  });

  it('is interrupted and keeps its variables', async () => {
    const { kernel } = await startSession();
    const page = await openChannels(server, kernel.id, { form: 'binary' });
    await page.execute('let kept = "still here"');
    const running = page.execute('console.log("looping"); while (true) {}');
    await page.wait('the loop', ({ type }) => type === 'execute_input');
    await page.wait('busy', ({ content }) => content.execution_state === 'busy');
    const answer = await server.request('POST', `/api/kernels/${kernel.id}/interrupt`);
    expect(answer.status).toBe(204);
    const messages = await running;
    expect(messages.find(({ type }) => type === 'execute_reply')?.content.status).toBe('error');
    expect(shown(await page.execute('kept'))).toContain('still here');
  });

  it('is restarted: new state, same id, no word of “restarting”', async () => {
    const { kernel } = await startSession();
    const page = await openChannels(server, kernel.id, { form: 'binary' });
    await page.execute('const before = 1');
    const { status, json } = await server.request('POST', `/api/kernels/${kernel.id}/restart`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: kernel.id, execution_state: 'idle' });
    expect(shown(await page.execute('before'))).toMatch(/Error: .*before/);
    expect(page.heard.some(({ content }) => content.execution_state === 'restarting')).toBe(false);
  });

  it('tells a page that was away what it missed, in order', async () => {
    const { kernel } = await startSession();
    const options = { form: 'binary', session: 'same-page' } as const;
    const first = await openChannels(server, kernel.id, options);
    const code = `for (let i = 0; i < 5; i++) {
      console.log("line " + i);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }`;
    const id = first.send('shell', 'execute_request', { code });
    await first.wait(
      'busy',
      ({ parent, content }) => parent === id && content.execution_state === 'busy',
    );
    first.socket.terminate();
    await waitUntil(
      async () => (await server.get(`/api/kernels/${kernel.id}`)).json.connections === 0,
    );
    await waitUntil(
      async () => (await server.get(`/api/kernels/${kernel.id}`)).json.execution_state === 'idle',
    );
    const second = await openChannels(server, kernel.id, options);
    await second.wait('the reply', ({ parent, type }) => parent === id && type === 'execute_reply');
    const text = shown([...first.heard, ...second.heard].filter(({ parent }) => parent === id));
    expect(text.trim().split(/\s*\n/)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
    const stranger = await openChannels(server, kernel.id, { form: 'binary' });
    expect(stranger.heard).toEqual([]);
  });
});

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
    const other = await patch({ kernel: { name: 'typescript' } });
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
    expect(unknown.json.message).toContain('typescript');
    expect((await start('x.ipynb', '__proto__')).json.code).toBe('no-such-kernelspec');
    expect((await start('../x.ipynb', 'typescript')).status).toBe(404);
  });
});

describe('a kernel of another kind', () => {
  let other: TestServer;
  let kernel: string;

  beforeAll(async () => {
    const script = fileURLToPath(new URL('./asking-kernel.ts', import.meta.url));
    const spec = {
      argv: [process.execPath, '--conditions=source', script, '{connection_file}'],
      ...{ display_name: 'Asking', language: 'none', interrupt_mode: 'signal' as const },
      ...{ env: {}, metadata: {} },
    };
    other = await startTestServer({ kernelspecs: { asking: { name: 'asking', spec } } });
  });

  beforeEach(async () => {
    kernel = (await other.request('POST', '/api/kernels', { name: 'asking' })).json.id;
  });

  const open = (form: 'binary' | 'JSON' = 'binary') => openChannels(other, kernel, { form });
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
    await other.request('POST', `/api/kernels/${kernel}/interrupt`);
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
    const { json } = await other.get(`/api/kernels/${kernel}`);
    expect(json.execution_state).toBe('dead');
    const restarted = await other.request('POST', `/api/kernels/${kernel}/restart`);
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

it('no kernel outlives the server', async () => {
  const other = await startTestServer();
  const { json } = await other.request('POST', '/api/kernels', { name: 'typescript' });
  const page = await openChannels(other, json.id, { form: 'binary' });
  const closed = new Promise((resolve) => page.socket.once('close', resolve));
  const isRunning = () =>
    execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' }).includes(other.dataDir);
  expect(isRunning()).toBe(true);
  await other.close();
  await closed;
  expect(isRunning()).toBe(false);
  expect(fs.existsSync(path.join(other.dataDir, 'run', String(process.pid)))).toBe(false);
});

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds()); ) {
    if (Date.now() > deadline) throw new Error('It did not come true within 20 seconds.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
