/** Where the language service is found, and how it is started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { spare } from '../process-tree.ts';

const source = path.resolve(import.meta.dirname, '..');
const entry = path.join(source, 'language', 'service.ts');

/**
 * A start-up snapshot: the memory of a process that has read TypeScript and its declarations, made
 * by `kernel/build.mjs`. With it the service begins in a tenth of a second instead of one.
 */
const snapshot = path.resolve(source, '../dist/language.blob');

/**
 * A heap that is kept small: the service allocates much that lives for one request, which V8 would
 * let grow to several times what is in use.
 */
const HEAP = ['--max-semi-space-size=8', '--heap-growing-percent=20'];

/** A socket that only this person's processes reach; other versions of the service have others. */
export function serviceAddress(): string {
  const version = [process.version, source, newest(source)].join('\n');
  const name = createHash('sha256').update(version).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\lectern-${userInfo().username}-${name}`;
  return path.join(privateDirectory(), `${name}.sock`);
}

/** Starts the service, which outlives the kernel that needed it first, as others may use it too. */
export function startService(
  address: string,
  { fromSnapshot }: { fromSnapshot: boolean },
): ChildProcess {
  const program = fromSnapshot
    ? ['--snapshot-blob', snapshot]
    : ['--conditions=source', '--disable-warning=ExperimentalWarning', entry];
  const child = spawn(process.execPath, [...HEAP, ...program], {
    detached: true,
    stdio: 'ignore',
    cwd: source,
    env: { ...process.env, LECTERN_LANGUAGE_SOCKET: address, NODE_OPTIONS: '' },
  });
  child.unref();
  spare(child);
  return child;
}

/** Whether there is a snapshot of the sources as they are. */
export function hasSnapshot(): boolean {
  const made = statSync(snapshot, { throwIfNoEntry: false });
  return made !== undefined && made.mtimeMs >= newest(source);
}

/** When a file of ours was changed last, ms. */
function newest(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((file) => file.isFile());
  return Math.max(
    ...files.map(({ parentPath, name }) => statSync(path.join(parentPath, name)).mtimeMs),
  );
}

/** A directory for sockets that belongs to us and that nobody else can enter. */
function privateDirectory(): string {
  const { uid } = userInfo();
  const directory = path.join(tmpdir(), `lectern-${uid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stats = lstatSync(directory);
  const isOurs = stats.isDirectory() && stats.uid === uid && (stats.mode & 0o077) === 0;
  return isOurs ? directory : mkdtempSync(path.join(tmpdir(), 'lectern-'));
}
