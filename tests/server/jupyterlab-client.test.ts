import fs from 'node:fs';
import path from 'node:path';
import {
  ContentsManager,
  type Kernel,
  KernelManager,
  type KernelMessage,
  KernelSpecManager,
  ServerConnection,
  SessionManager,
} from '@jupyterlab/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { codeCell, notebook, startTestServer, type TestServer } from './helper.ts';

/** JupyterLab's own client, as our page and every JupyterLab use it. */
let server: TestServer;
let serverSettings: ServerConnection.ISettings;
let contents: ContentsManager;
let sessions: SessionManager;

beforeAll(async () => {
  // The client tells its life story on the console.
  for (const level of ['debug', 'info', 'warn'] as const) {
    vi.spyOn(console, level).mockImplementation(() => {});
  }
  server = await startTestServer();
  serverSettings = ServerConnection.makeSettings({
    baseUrl: `http://127.0.0.1:${server.port}/`,
    wsUrl: `ws://127.0.0.1:${server.port}/`,
    token: server.token,
    WebSocket: WebSocket as never,
  });
  contents = new ContentsManager({ serverSettings });
  sessions = new SessionManager({
    serverSettings,
    kernelManager: new KernelManager({ serverSettings, standby: 'never' }),
    standby: 'never',
  });
});

afterAll(() => {
  sessions.dispose();
  contents.dispose();
});

describe('JupyterLab’s client', () => {
  it('finds the kernels', async () => {
    const specs = new KernelSpecManager({ serverSettings, standby: 'never' });
    await specs.ready;
    expect(specs.specs?.default).toBe('typescript');
    expect(Object.keys(specs.specs!.kernelspecs)).toEqual(['typescript', 'tslab']);
    specs.dispose();
  });

  it('creates, saves, checkpoints, renames and deletes', async () => {
    const made = await contents.newUntitled({ path: '', type: 'notebook' });
    expect(made.name).toBe('Untitled.ipynb');
    const content = notebook([codeCell('a', '1 + 1')]);
    const saved = await contents.save(made.path, { type: 'notebook', format: 'json', content });
    const opened = await contents.get(made.path, { type: 'notebook', content: true, hash: true });
    expect(opened.hash).toBe(saved.hash);
    expect(opened.content.cells[0].source).toBe('1 + 1');
    const point = await contents.createCheckpoint(made.path);
    expect(await contents.listCheckpoints(made.path)).toEqual([point]);
    await contents.save(made.path, { type: 'notebook', content: notebook([]) });
    await contents.restoreCheckpoint(made.path, point.id);
    expect((await contents.get(made.path)).content.cells).toHaveLength(1);
    await contents.rename(made.path, 'renamed.ipynb');
    await contents.delete('renamed.ipynb');
    await expect(contents.get('renamed.ipynb')).rejects.toThrow('No such file or directory');
  });

  it('runs, interrupts, restarts and shuts down', async () => {
    fs.mkdirSync(path.join(server.contentRoot, 'folder'), { recursive: true });
    await sessions.ready;
    const session = await sessions.startNew({
      ...{ path: 'folder/a-uuid', name: 'nb.ipynb', type: 'notebook' },
      kernel: { name: 'typescript' },
    });
    await session.setPath('folder/nb.ipynb');
    await session.setName('nb.ipynb');
    expect(session.path).toBe('folder/nb.ipynb');
    const kernel = session.kernel!;
    const statuses: string[] = [];
    kernel.statusChanged.connect((_kernel, status) => void statuses.push(status));
    await kernel.info;

    const run = async (code: string) => {
      const future = kernel.requestExecute({ code });
      const texts: string[] = [];
      future.onIOPub = (message: KernelMessage.IIOPubMessage) => {
        const found = message.content as { data?: Record<string, string>; text?: string };
        texts.push(found.data?.['text/plain'] ?? found.text ?? '');
      };
      const reply = await future.done;
      return { status: reply.content.status, text: texts.join('') };
    };
    expect(await run('1 + 1')).toEqual({ status: 'ok', text: '2' });

    const endless = kernel.requestExecute({ code: 'while (true) {}' });
    await new Promise<void>((resolve) => {
      endless.onIOPub = (message) => {
        if (message.header.msg_type === 'execute_input') resolve();
      };
    });
    await kernel.interrupt();
    expect((await endless.done).content.status).toBe('error');

    await run('const gone = 1');
    await kernel.restart();
    expect((await run('gone')).status).toBe('error');
    expect(statuses).not.toContain('autorestarting');
    expect(statuses).not.toContain('dead');

    await sessions.refreshRunning();
    expect([...sessions.running()].map((model) => model.path)).toEqual(['folder/nb.ipynb']);
    await session.shutdown();
    expect((await server.get('/api/sessions')).json).toEqual([]);
  }, 60_000);

  it('notices a kernel that died, and goes on with the next', async () => {
    const session = await sessions.startNew({
      ...{ path: 'dies.ipynb', name: 'dies.ipynb', type: 'notebook' },
      kernel: { name: 'typescript' },
    });
    const kernel = session.kernel!;
    await kernel.info;
    const restarted = new Promise<void>((resolve) => {
      kernel.statusChanged.connect((_kernel, status) => {
        if (status === 'autorestarting') resolve();
      });
    });
    process.kill(await pidOf(kernel), 'SIGKILL');
    await restarted;
    await kernel.info;
    const reply = await kernel.requestExecute({ code: '1 + 1' }).done;
    expect(reply.content.status).toBe('ok');
    await session.shutdown();
  }, 60_000);
});

async function pidOf(kernel: Kernel.IKernelConnection): Promise<number> {
  const future = kernel.requestExecute({ code: 'console.log(process.pid)' });
  let text = '';
  future.onIOPub = ({ content }) => {
    if ('text' in content) text += content.text;
  };
  await future.done;
  return Number(text);
}
