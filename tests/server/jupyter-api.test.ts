import fs from 'node:fs';
import path from 'node:path';
import {
  ConfigSectionManager,
  type Event,
  EventManager,
  ServerConnection,
  SettingManager,
} from '@jupyterlab/services';
import { beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startTestServer, type TestServer, temporaryDirectory, write } from './helper.ts';

const kernelScript = new URL('./asking-kernel.ts', import.meta.url).pathname;

/** A kernel as `jupyter kernelspec install` leaves it. */
function installKernel(jupyter: string, name: string, spec: object): void {
  const directory = path.join(jupyter, 'kernels', name);
  write(path.join(directory, 'kernel.json'), spec);
  write(path.join(directory, 'logo-svg.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  write(path.join(directory, 'secret.txt'), 'not for clients');
}

let server: TestServer;
let serverSettings: ServerConnection.ISettings;

beforeAll(async () => {
  const [user, system] = [temporaryDirectory(), temporaryDirectory()];
  const argv = [process.execPath, '--conditions=source', kernelScript, '{connection_file}'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Jupyter's own placeholders
  const env = { SAYS: '${HOME} and ${NOT_SET_ANYWHERE}', WHERE: '{resource_dir}' };
  installKernel(user, 'Asker', { argv, env, display_name: 'Asks', language: 'none' });
  installKernel(user, 'typescript', { argv, display_name: 'A copy of ours', language: 'ts' });
  installKernel(user, 'broken', { display_name: 'Without a command' });
  installKernel(system, 'asker', { argv: ['never'], display_name: 'Second', language: 'none' });
  server = await startTestServer({ jupyterPath: [user, system, '/no/such/directory'] });
  serverSettings = ServerConnection.makeSettings({
    baseUrl: `http://127.0.0.1:${server.port}/`,
    wsUrl: `ws://127.0.0.1:${server.port}/`,
    appUrl: '/lab',
    token: server.token,
    WebSocket: WebSocket as never,
  });
});

describe('installed kernels', () => {
  it('are offered behind the course’s own, the first of a name', async () => {
    const { json } = await server.get('/api/kernelspecs');
    expect(Object.keys(json.kernelspecs)).toEqual(['typescript', 'tslab', 'asker']);
    expect(json.default).toBe('typescript');
    const { spec, resources } = json.kernelspecs.asker;
    expect(spec).toMatchObject({ display_name: 'Asks', interrupt_mode: 'signal', metadata: {} });
    expect(spec.env.SAYS).toBe(`${process.env.HOME} and \${NOT_SET_ANYWHERE}`);
    expect(resources).toEqual({ 'logo-svg': '/kernelspecs/asker/logo-svg.svg' });
    expect((await server.get('/api/kernelspecs/asker')).json).toEqual(json.kernelspecs.asker);
    expect((await server.get('/api/kernelspecs/nobody')).status).toBe(404);
    expect(json.kernelspecs.typescript.spec.display_name).toBe('TypeScript');
  });

  it('show their logos, which run nothing here, and no other file', async () => {
    const logo = await server.get('/kernelspecs/asker/logo-svg.svg');
    expect([logo.status, logo.headers['content-type']]).toEqual([200, 'image/svg+xml']);
    expect(logo.headers['content-security-policy']).toMatch(/^sandbox/);
    for (const file of ['secret.txt', 'kernel.json', '..%2fkernel.json', '%2e%2e']) {
      expect([file, (await server.get(`/kernelspecs/asker/${file}`)).status]).toEqual([file, 404]);
    }
  });

  it('start', async () => {
    const started = await server.request('POST', '/api/kernels', { name: 'asker' });
    expect(started.status).toBe(201);
    expect((await server.request('DELETE', `/api/kernels/${started.json.id}`)).status).toBe(204);
  });
});

describe('events', () => {
  it('tell JupyterLab’s client of files and kernels, and of its own', async () => {
    const manager = new EventManager({ serverSettings, standby: 'never' });
    const heard: Event.Emission[] = [];
    manager.stream.connect((_, event) => void heard.push(event));
    const file = { type: 'file', format: 'text', content: '' };
    // The subscription takes a moment to arrive.
    await expect
      .poll(async () => {
        await server.request('PUT', '/api/contents/heard.txt', file);
        return heard.length;
      })
      .toBeGreaterThan(0);
    heard.length = 0;
    await server.request('PATCH', '/api/contents/heard.txt', { path: 'moved.txt' });
    const kernel = (await server.request('POST', '/api/kernels', { name: 'asker' })).json;
    await server.request('DELETE', `/api/kernels/${kernel.id}`);
    const contents = 'https://events.jupyter.org/jupyter_server/contents_service/v1';
    const data = { action: 'get', path: 'from a client' };
    await manager.emit({ schema_id: contents, version: '1', data });
    await expect.poll(() => heard.at(-1)?.path).toBe('from a client');
    expect(heard.filter((event) => event.action !== 'save')).toMatchObject([
      { schema_id: contents, action: 'rename', path: 'moved.txt', source_path: 'heard.txt' },
      { action: 'start', kernel_id: kernel.id, kernel_name: 'asker', status: 'success' },
      { action: 'shutdown', kernel_id: kernel.id },
      { schema_id: contents, action: 'get' },
    ]);
    manager.dispose();
  });

  it.each([
    [{}],
    [{ schema_id: 'https://example.org/unknown', version: '1', data: {} }],
    [{ schema_id: 'toString', version: '1', data: {} }],
    [{ schema_id: 'https://events.jupyter.org/jupyter_server/kernel_actions/v1', version: '7' }],
  ])('refuse %j', async (event) => {
    expect((await server.request('POST', '/api/events', event)).status).toBe(400);
  });
});

describe('settings', () => {
  it('of the classic notebook are merged field by field', async () => {
    const manager = new ConfigSectionManager({ serverSettings });
    const section = await manager.create({ name: 'notebook' });
    expect(section.data).toEqual({});
    await section.update({ a: { b: 1, c: 2 } });
    const url = '/api/config/notebook';
    const patched = await server.request('PATCH', url, { a: { b: null, d: 3 }, e: [] });
    expect(patched.json).toEqual({ a: { c: 2, d: 3 }, e: [] });
    expect((await server.request('PUT', url, { only: 1 })).status).toBe(204);
    expect((await server.get(url)).json).toEqual({ only: 1 });
    expect((await server.get('/api/config/..%2f..%2fcookie-key')).status).toBe(400);
  });

  it('of JupyterLab are kept as they were written', async () => {
    const manager = new SettingManager({ serverSettings });
    const id = '@jupyterlab/apputils-extension:themes';
    await manager.save(id, '{ /* mine */ "theme": "dark" }');
    expect((await manager.fetch(id))?.raw).toBe('{ /* mine */ "theme": "dark" }');
    expect((await manager.list()).ids).toEqual([id]);
    const wayOut = '/lab/api/settings/..%2f..%2fescape';
    expect((await server.request('PUT', wayOut, { raw: '{}' })).status).toBe(204);
    expect(fs.readdirSync(path.join(server.dataDir, 'settings/lab')).sort()).toEqual([
      '%2E.%2F..%2Fescape.json',
      '%40jupyterlab%2Fapputils-extension%3Athemes.json',
    ]);
  });
});

describe('kernels that nobody uses', () => {
  it('are ended after a while, those with a page are not', async () => {
    const kernels = server.jupyterPath;
    const culling = await startTestServer({ jupyterPath: kernels, cull: { idleMs: 300 } });
    const start = async () =>
      (await culling.request('POST', '/api/kernels', { name: 'asker' })).json.id;
    const used = await start();
    const headers = { authorization: `token ${culling.token}` };
    const page = new WebSocket(`ws://127.0.0.1:${culling.port}/api/kernels/${used}/channels`, {
      headers,
    });
    await new Promise((resolve) => page.once('open', resolve));
    const unused = await start();
    const running = async () =>
      (await culling.get('/api/kernels')).json.map(({ id }: { id: string }) => id);
    await expect.poll(running, { timeout: 10_000 }).toEqual([used]);
    expect(unused).not.toBe(used);
    page.close();
    await expect.poll(running, { timeout: 10_000 }).toEqual([]);
  });
});
