import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './helper.ts';
import { openChannels, shown } from './kernel-client.ts';

/** The course's own kernel through the server: one kernel for all tests, as one learner has. */
let server: TestServer;
let kernel: string;

beforeAll(async () => {
  process.env.LECTERN_TEST_TOKEN = 'it is test-token';
  server = await startTestServer();
  fs.mkdirSync(path.join(server.contentRoot, 'deep'), { recursive: true });
  const document = { path: 'deep/nb.ipynb', name: 'nb.ipynb', type: 'notebook' };
  const session = await server.request('POST', '/api/sessions', document);
  expect(session.status).toBe(201);
  kernel = session.json.kernel.id;
});

const open = (form: 'binary' | 'JSON' = 'binary', session?: string) =>
  openChannels(server, kernel, { form, session });

describe.each(['binary', 'JSON'] as const)('over the %s form', (form) => {
  it('runs cells and keeps their state', async () => {
    const page = await open(form);
    expect(page.socket.protocol).toBe(form === 'binary' ? 'v1.kernel.websocket.jupyter.org' : '');
    expect(shown(await page.execute('const seven = 7; seven * 6'))).toContain('42');
    const messages = await page.execute('console.log("zwölf 🐸", seven)');
    expect(shown(messages)).toContain('zwölf 🐸 7');
    expect(messages.find(({ type }) => type === 'execute_reply')?.content.status).toBe('ok');
    await page.close();
  });
});

it('works in the directory of its notebook, and cannot read the token', async () => {
  const page = await open();
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
  const page = await open();
  await page.execute('let kept = "still here"');
  const id = page.send('shell', 'execute_request', { code: 'while (true) {}' });
  await page.wait('the loop', ({ parent, type }) => parent === id && type === 'execute_input');
  const answer = await server.request('POST', `/api/kernels/${kernel}/interrupt`);
  expect(answer.status).toBe(204);
  const reply = await page.wait(
    'its end',
    ({ parent, type }) => parent === id && type === 'execute_reply',
  );
  expect(reply.content.status).toBe('error');
  expect(shown(await page.execute('kept'))).toContain('still here');
});

it('tells a page that was away what it missed, in order', async () => {
  const first = await open('binary', 'same-page');
  const model = async () => (await server.get(`/api/kernels/${kernel}`)).json;
  const { connections } = await model();
  // The cell waits for a file, so that nothing is said before the page's absence was noticed.
  const code = `import { existsSync } from 'node:fs';
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  while (!existsSync('go')) await pause();
  for (let i = 0; i < 5; i++) {
    console.log("line " + i);
    await pause();
  }`;
  const id = first.send('shell', 'execute_request', { code });
  await first.wait('the start', ({ parent, type }) => parent === id && type === 'execute_input');
  first.socket.terminate();
  const polling = { timeout: 20_000 };
  await expect.poll(async () => (await model()).connections, polling).toBe(connections - 1);
  fs.writeFileSync(path.join(server.contentRoot, 'deep/go'), '');
  await expect.poll(async () => (await model()).execution_state, polling).toBe('idle');
  const second = await open('binary', 'same-page');
  await second.wait('the reply', ({ parent, type }) => parent === id && type === 'execute_reply');
  const text = shown(second.heard.filter(({ parent }) => parent === id));
  expect(text.trim().split(/\s*\n/)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
  const stranger = await open();
  expect(stranger.heard).toEqual([]);
});

it('is restarted: new state, same id, no word of “restarting”', async () => {
  const page = await open();
  await page.execute('const before = 1');
  const { status, json } = await server.request('POST', `/api/kernels/${kernel}/restart`);
  expect(status).toBe(200);
  expect(json).toMatchObject({ id: kernel, execution_state: 'idle' });
  expect(shown(await page.execute('before'))).toMatch(/Error: .*before/);
  expect(page.heard.some(({ content }) => content.execution_state === 'restarting')).toBe(false);
});

it('does not outlive the server', async () => {
  const page = await open();
  const pid = Number(shown(await page.execute('console.log(process.pid)')));
  const closed = new Promise((resolve) => page.socket.once('close', resolve));
  await server.close();
  await closed;
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(fs.existsSync(path.join(server.dataDir, 'run', String(process.pid)))).toBe(false);
});
