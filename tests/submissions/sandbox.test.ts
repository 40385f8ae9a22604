/** The walls themselves, tried by a worker that is wholly in the hands of an attacker. */

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Launch, launches } from '../../grader/src/sandbox/levels.ts';
import { usageOf } from '../../grader/src/sandbox/usage.ts';
import type { CallbackMade, Handlers } from '../../grader/src/sandbox/worker.ts';
import { SandboxedWorker, WorkerGone } from '../../grader/src/sandbox/worker.ts';
import { wallsOfThisMachine } from './machine.ts';

const handlers: Handlers = {
  printed: () => {},
  callback: (): CallbackMade => ({ reply: { type: 'returned', value: 1 }, blobs: [] }),
};

let directory: string;
let listener: Server;
let port: number;

beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'lectern-escaped-'));
  copyFileSync(path.join(import.meta.dirname, 'escaped.cjs'), path.join(directory, 'escaped.cjs'));
  listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  port = (listener.address() as { port: number }).port;
});
afterAll(() => {
  listener.close();
  rmSync(directory, { recursive: true, force: true });
});

function launchAll(): Launch[] {
  return launches(path.join(directory, 'escaped.cjs'));
}

/** The launch of a level that works here, or null: which levels exist is the machine's affair. */
async function workingLaunch(level: Launch['level']): Promise<Launch | null> {
  for (const launch of launchAll().filter((one) => one.level === level)) {
    const worker = new SandboxedWorker(launch, new Uint8Array());
    const works = await worker.ready.then(
      () => true,
      () => false,
    );
    await worker.close();
    if (works) return launch;
  }
  return null;
}

async function ask(worker: SandboxedWorker, what: string): Promise<unknown> {
  const question = { type: 'call', realm: 1, target: what, args: ['array', []] } as const;
  const { reply } = await worker.ask({ ...question, args: ['array', []] }, [], handlers);
  return reply.type === 'returned' ? JSON.parse(String(reply.value)) : reply;
}

/** What becomes of one attempt in a worker of its own. */
async function attempt(launch: Launch, what: string): Promise<unknown> {
  const worker = new SandboxedWorker(launch, new Uint8Array());
  try {
    return await ask(worker, what);
  } catch (error) {
    return error instanceof WorkerGone ? { gone: error.reason } : error;
  } finally {
    await worker.close();
  }
}

/** Command lines that contain `text`. */
function processesMentioning(text: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // it has just ended
      }
    })
    .filter((line) => line.includes(text));
}

const failed = { failed: expect.any(String) };

describe.each(wallsOfThisMachine())('level %s', (level) => {
  let launch: Launch;

  beforeAll(async () => {
    const found = await workingLaunch(level);
    if (!found)
      throw new Error(`This machine has what level ${level} needs, but it does not start.`);
    launch = found;
  });

  it('is nobody, with an empty environment', async () => {
    const worker = new SandboxedWorker(launch, new Uint8Array());
    const whoami = (await ask(worker, 'whoami')) as { did: { uid: number; gid: number } };
    expect([whoami.did.uid, whoami.did.gid]).toEqual([65534, 65534]);
    const { did: env } = (await ask(worker, 'env')) as { did: Record<string, string> };
    expect(Object.keys(env).filter((name) => name !== 'PWD')).toEqual([]);
    await worker.close();
  });

  it.each([
    'readFile /etc/passwd',
    'readFile /proc/self/environ',
    `readFile ${import.meta.filename}`,
    'list /',
    'list /proc',
    'writeFile /x',
    'writeFile /tmp/x',
    'writeFile /dev/shm/x',
    'writeFile /worker.cjs',
    'ownMemory',
    'thread',
  ])('%s fails', async (what) => {
    expect(await attempt(launch, what)).toEqual(failed);
  });

  it('starts no process', async () => {
    const outcome = (await attempt(launch, 'spawn')) as { did?: string };
    expect(outcome.did).not.toBe('spawned');
  });

  it('has no network', async () => {
    const { did: names } = (await attempt(launch, 'interfaces')) as { did: string[] };
    expect((names ?? []).filter((name) => name !== 'lo')).toEqual([]);
    expect(await attempt(launch, `connect ${port}`)).not.toEqual({ did: 'connected' });
    expect(await attempt(launch, 'resolve')).not.toEqual({ did: 'resolved' });
  });

  it('holds its memory', async () => {
    for (const what of ['buffers', 'webAssembly']) {
      const outcome = await attempt(launch, what);
      expect([
        { gone: 'memory' },
        { failed: 'RangeError' },
        { failed: 'ERR_MEMORY_ALLOCATION_FAILED' },
      ]).toContainEqual(outcome);
    }
  });

  // A hole in Node's permission model must not be enough.
  it('holds without the permission model of Node', async () => {
    const isModel = (argument: string) => /^--(permission|allow-)/.test(argument);
    const bare = { ...launch, args: launch.args.filter((argument) => !isModel(argument)) };
    for (const file of [
      '/etc/passwd',
      '/proc/self/environ',
      '/proc/1/environ',
      import.meta.filename,
    ]) {
      expect(await attempt(bare, `readFile ${file}`)).toEqual({ failed: 'ENOENT' });
    }
    const { did: root } = (await attempt(bare, 'list /')) as { did: string[] };
    expect(root).toContain('worker.cjs');
    expect(root).not.toContain('etc');
    expect(root).not.toContain('home');
    for (const file of ['/x', '/dev/x', '/worker.cjs', '/node']) {
      expect(await attempt(bare, `writeFile ${file}`)).toEqual(failed);
    }
    expect(await attempt(bare, 'ownMemory')).toEqual({ failed: 'ENOENT' });
    expect(await attempt(bare, `connect ${port}`)).not.toEqual({ did: 'connected' });
    const { did: spawned } = (await attempt(bare, 'spawn')) as { did: string };
    if (spawned !== 'spawned') return; // the file modes inside forbid even that
    const { gone } = (await attempt(bare, 'forkBomb')) as { gone: string };
    expect(['tasks', 'memory', 'timeout']).toContain(gone);
  });

  it('leaves nothing behind when it is ended while it starts', async () => {
    const left = () => processesMentioning(directory);
    for (const ms of [0, 1, 2, 4, 8, 16]) {
      const worker = new SandboxedWorker(launch, new Uint8Array());
      await new Promise((resolve) => setTimeout(resolve, ms));
      await worker.close();
    }
    await expect.poll(left, { timeout: 3000 }).toEqual([]);
  });

  it('dies with its tree', async () => {
    const worker = new SandboxedWorker(launch, new Uint8Array());
    await worker.ready;
    const before = await usageOf(worker.pid);
    expect(before!.tasks).toBeGreaterThan(1);
    await worker.close();
    expect(await usageOf(worker.pid)).toBeNull();
  });
});

describe('even without namespaces (level permissions)', () => {
  const launch = () => launchAll().find((one) => one.level === 'permissions')!;

  it.each([
    'readFile /etc/passwd',
    'list /',
    `writeFile ${os.tmpdir()}/lectern-was-here`,
    'thread',
    'ownMemory',
  ])('%s fails', async (what) => {
    expect(await attempt(launch(), what)).toEqual(failed);
  });
});

describe('a channel in hostile hands', () => {
  const launch = () => launchAll()[0]!;

  it.each([
    ['exit', 'crashed'],
    ['abort', 'crashed'],
    ['noise', 'garbage'],
    ['verdict', 'garbage'],
    ['flood', 'garbage'],
    ['callBackForEver', 'garbage'],
    ['halfAFrame', 'timeout'],
    ['spin', 'timeout'],
  ])('%s: %s', async (what, reason) => {
    const outcome = await attempt(launch(), what);
    // On a busy machine the clock may strike before the limit of the channel is reached.
    const either = [{ gone: reason }, ...(reason === 'garbage' ? [{ gone: 'timeout' }] : [])];
    expect(either).toContainEqual(outcome);
  });

  it('nothing reaches the prototypes of the harness', async () => {
    const worker = new SandboxedWorker(launch(), new Uint8Array());
    const question = { type: 'call', realm: 1, target: 'pollute', args: null } as const;
    const { reply } = await worker.ask(question, [], handlers);
    expect(reply.type).toBe('returned');
    expect(({} as { passed?: boolean }).passed).toBeUndefined();
    await worker.close();
  });
});

it('the escaped worker really stands in for the worker', () => {
  expect(readFileSync(path.join(directory, 'escaped.cjs'), 'utf8')).toContain("type: 'ready'");
});
