import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kernelspecs } from '@lectern/kernel/kernelspec';
import { endpoint, newConnection, Wire } from '@lectern/kernel/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as zmq from 'zeromq';
import { KernelClient } from './client.ts';

const root = path.resolve(import.meta.dirname, '../..');

let kernel: KernelClient | null = null;
afterEach(async () => {
  await kernel?.stop();
  kernel = null;
});

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

describe('shutdown', () => {
  it.each([
    ['an idle kernel', ''],
    ['a kernel in an endless loop', 'while (true) {}'],
    ['a kernel with timers', 'setInterval(() => {}, 10); await new Promise(() => {});'],
  ])('ends %s', async (_, code) => {
    kernel = await KernelClient.start({ warm: false });
    if (code) {
      const { id } = kernel.begin(`console.log('begun'); ${code}`);
      await kernel.untilPrinted(id, 'begun');
    }
    const exit = once(kernel.process, 'exit');
    kernel.send('shutdown_request', { restart: false }, { channel: 'control' });
    await exit;
    expect(isAlive(kernel.process.pid!)).toBe(false);
  });

  it('ends what cells have started, however it hides, but not what other kernels use', async () => {
    // Where no other kernel finds its language service.
    const apart = mkdtempSync(path.join(tmpdir(), 'lectern-apart-'));
    kernel = await KernelClient.start({ env: { TMPDIR: apart } });
    const service = languageServices(apart);
    expect(service.length).toBe(1);
    const { result } = await kernel.execute(`
      import { execSync, spawn } from 'node:child_process';
      const plain = spawn('sleep', ['600']);
      const apart = spawn('sh', ['-c', 'trap "" TERM INT; sleep 600 & wait'], { detached: true });
      // Its own parent has ended at once.
      const orphan = execSync('sleep 600 > /dev/null 2>&1 & echo $!').toString();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const below = execSync('pgrep -P ' + apart.pid).toString();
      [plain.pid, apart.pid, Number(orphan), Number(below)].join()`);
    const started = result!.match(/\d+/g)!.map(Number);
    expect(started.map(isRunning)).toEqual([true, true, true, true]);
    const exit = once(kernel.process, 'exit');
    kernel.send('shutdown_request', { restart: false }, { channel: 'control' });
    await exit;
    // The system takes a moment to end what was killed last.
    await vi.waitFor(() => expect(started.map(isRunning)).toEqual([false, false, false, false]));
    expect(service.map(isRunning)).toEqual([true]);
    rmSync(apart, { recursive: true });
  });

  it('is answered, and leaves with code 0', async () => {
    kernel = await KernelClient.start({ warm: false });
    const exit = once(kernel.process, 'exit');
    const { reply } = await kernel.request(
      'shutdown_request',
      { restart: true },
      { channel: 'control' },
    );
    expect(reply.content).toEqual({ status: 'ok', restart: true });
    expect(await exit).toEqual([0, null]);
  });

  it('follows the death of the process that started the kernel', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lectern-orphan-'));
    const file = path.join(directory, 'connection.json');
    const connection = await newConnection('test');
    writeFileSync(file, JSON.stringify(connection));
    const { argv } = kernelspecs().typescript!.spec;
    const command = argv.map((part) => part.replace('{connection_file}', file));
    // A parent that starts a kernel, tells its number, and lives until it is killed.
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const [command, ...args] = ${JSON.stringify(command)};
         const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };
         const child = require('node:child_process').spawn(command, args, { stdio: 'ignore', env });
         console.log(child.pid);
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    expect(isAlive(pid)).toBe(true);
    await vi.waitFor(() => accepts(connection.shell_port), { timeout: 20_000 });
    parent.kill('SIGKILL');
    const deadline = Date.now() + 15_000;
    while (isRunning(pid) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(isRunning(pid)).toBe(false);
    rmSync(directory, { recursive: true });
  });
});

/** Resolves when something listens at a port. */
async function accepts(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}

/** Those that listen below a directory. */
function languageServices(directory: string): number[] {
  const numbers = readdirSync('/proc').map(Number).filter(Boolean);
  return numbers.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(
        `LECTERN_LANGUAGE_SOCKET=${directory}`,
      );
    } catch {
      return false;
    }
  });
}

/** A process that has ended but whose new parent has not yet noticed does not run either. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the wire', () => {
  let shared: KernelClient;
  beforeAll(async () => {
    shared = await KernelClient.start();
  });
  afterAll(() => shared.stop());

  it('answers every kind of request between busy and idle, known or not', async () => {
    for (const type of [
      'kernel_info_request',
      'comm_info_request',
      'history_request',
      'nonsense_request',
    ]) {
      const { reply, iopub } = await shared.request(type, {});
      expect(reply.header.msg_type).toBe(type.replace('request', 'reply'));
      expect(iopub.map(({ content }) => content.execution_state)).toEqual(['busy', 'idle']);
    }
    const { reply } = await shared.request('nonsense_request', {});
    expect(reply.content.status).toBe('error');
  });

  it('survives requests without what belongs in them', async () => {
    for (const type of ['complete_request', 'inspect_request', 'is_complete_request']) {
      expect((await shared.request(type, {})).reply.header.msg_type).toBe(
        type.replace('request', 'reply'),
      );
    }
    expect((await shared.request('execute_request', {})).reply.content.status).toBe('error');
    const open = { comm_id: 'odd', target_name: 'lectern.language' };
    await shared.request('comm_open', open, { replies: false });
    await shared.request('comm_msg', { comm_id: 'odd' }, { replies: false });
    expect((await shared.execute("'alive'")).result).toBe("'alive'");
  });

  it('says what it is', async () => {
    const { reply } = await shared.request('kernel_info_request', {}, { channel: 'control' });
    expect(reply.content).toMatchObject({
      status: 'ok',
      protocol_version: '5.4',
      implementation: 'lectern',
      language_info: { name: 'typescript', version: '6.0.3', file_extension: '.ts' },
    });
  });

  it('ignores messages that are not signed with its key, and frames that are none', async () => {
    const stranger = new zmq.Dealer({ linger: 0 });
    stranger.connect(endpoint(shared.connection, 'shell'));
    const forged = new Wire('another key');
    const code = 'globalThis.forged = true';
    await stranger.send(forged.serialise(forged.message('execute_request', { code })));
    await stranger.send(['garbage']);
    expect((await shared.execute("'forged' in globalThis")).result).toBe('false');
    stranger.close();
  });

  it('keeps TypeScript off the thread that runs cells', async () => {
    const loaded = "Object.keys(require.cache).some((file) => file.includes('/typescript/lib/'))";
    expect((await shared.execute(loaded)).result).toBe('false');
    await shared.execute("import ts from 'typescript';");
    expect((await shared.execute(loaded)).result).toBe('true');
  });

  it('echoes heartbeats, also while a cell computes', async () => {
    const { id } = shared.begin("console.log('begun'); while (true) {}");
    await shared.untilPrinted(id, 'begun');
    const heart = new zmq.Request({ linger: 0 });
    heart.connect(endpoint(shared.connection, 'hb'));
    await heart.send('beat');
    const [beat] = await heart.receive();
    expect(beat!.toString()).toBe('beat');
    heart.close();
  });
});

describe('starting', () => {
  it('needs a connection file', async () => {
    const [command, ...args] = kernelspecs().typescript!.spec.argv.slice(0, -1);
    const child = spawn(command!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(2);
    expect(said).toBe('Lectern kernel: give the path of a connection file as the argument.\n');
  });

  it('can let cells run in spite of type errors', async () => {
    kernel = await KernelClient.start({ env: { LECTERN_TYPE_ERRORS: 'warn' } });
    const { result, stderr } = await kernel.execute("const n: number = 'text'; n");
    expect(result).toBe("'text'");
    expect(stderr).toContain("Type 'string' is not assignable to type 'number'. (TS2322)");
  });
});

describe('the other kernel', () => {
  it('tslab starts with the same Node and imports the library', async () => {
    // A folder from which Node finds the course's packages: tslab looks nowhere else.
    const cache = path.join(root, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    kernel = await KernelClient.start({
      kernel: 'tslab',
      warm: false,
      directory: mkdtempSync(path.join(cache, 'tslab-')),
    });
    const { stdout, stderr } = await kernel.execute(
      "import { tensor } from '@lectern/lib';\nconsole.log(await tensor([[1, 2]]).array());",
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('[ [ 1, 2 ] ]\n');
  }, 60_000);
});
