import type { StdioOptions } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Output } from './output.ts';

type ChildProcesses = typeof import('node:child_process');
type Options = { stdio?: StdioOptions };

/**
 * Programs that a cell starts with the kernel's output as theirs (`stdio: 'inherit'`) print into
 * that cell, not into the terminal of whoever has started the kernel. They get named pipes, which
 * the protocol thread reads: also while main waits for the program, and after the cell's end.
 *
 * Where there are no named pipes (Windows) such output stays where it went.
 */
export function redirectChildren(output: Output): void {
  if (process.platform === 'win32') return;
  const children = process.getBuiltinModule('node:child_process');
  const makePipes = pipeMaker(children, output);
  redirectStarts(children, output, makePipes);
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) {
    redirectWaits(children, name, output, makePipes);
  }
  syncBuiltinESMExports();
}

/** The stdio to start a program with, and what to do when it has been started. */
type MakePipes = (stdio: StdioOptions | undefined) => { stdio: StdioOptions; started: () => void };

/** All that do not wait (`spawn`, `exec`, `fork` …) end up in one undocumented method. */
function redirectStarts(children: ChildProcesses, output: Output, makePipes: MakePipes): void {
  const prototype = children.ChildProcess.prototype as unknown as {
    spawn(this: InstanceType<ChildProcesses['ChildProcess']>, options: Options): unknown;
  };
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const { stdio, started } = makePipes(options.stdio);
    this.prependOnceListener('exit', () => output.childEnded());
    try {
      return spawn.call(this, { ...options, stdio });
    } finally {
      started();
    }
  };
}

function redirectWaits(
  children: ChildProcesses,
  name: 'spawnSync' | 'execSync' | 'execFileSync',
  output: Output,
  makePipes: MakePipes,
): void {
  const call = children[name] as (...args: unknown[]) => unknown;
  const redirected = (...args: unknown[]): unknown => {
    const at = args.findIndex((arg, i) => i > 0 && typeof arg === 'object' && !Array.isArray(arg));
    const options = args[at] as Options | null | undefined;
    if (!options?.stdio) return call(...args);
    const { stdio, started } = makePipes(options.stdio);
    try {
      return call(...args.with(at, { ...options, stdio }));
    } finally {
      started();
      output.childEnded();
    }
  };
  Object.defineProperty(redirected, 'name', { value: name });
  Object.assign(children, { [name]: redirected });
}

function pipeMaker({ spawnSync }: ChildProcesses, output: Output): MakePipes {
  return (given) => {
    const stdio = typeof given === 'string' ? Array(3).fill(given) : [...(given ?? [])];
    const streams = stdio.map((entry, i) => inherited(entry, i));
    const wanted = [...new Set(streams.filter((stream) => stream !== null))];
    const opened = wanted.length > 0 ? openPipes(wanted, spawnSync) : null;
    if (!opened) return { stdio: given ?? 'pipe', started: () => {} };
    for (const { stream, read } of opened) output.childStarted(stream, read);
    const writers = new Map(opened.map(({ stream, write }) => [stream, write]));
    return {
      stdio: stdio.map((entry, i) => writers.get(streams[i]!) ?? entry) as StdioOptions,
      // The program has copies of its own; when the last is closed, the pipe is at its end.
      started: () => {
        for (const { write } of opened) closeSync(write);
      },
    };
  };
}

/** Which of the kernel's streams an entry of `stdio` stands for: 0 for stdout, 1 for stderr. */
function inherited(entry: unknown, index: number): 0 | 1 | null {
  const fd = entry === 'inherit' ? index : ((entry as { fd?: unknown } | null)?.fd ?? entry);
  return fd === 1 ? 0 : fd === 2 ? 1 : null;
}

function openPipes(
  streams: readonly (0 | 1)[],
  spawnSync: ChildProcesses['spawnSync'],
): { stream: 0 | 1; read: number; write: number }[] | null {
  const directory = mkdtempSync(path.join(tmpdir(), 'lectern-output-'));
  const files = streams.map((stream) => path.join(directory, String(stream)));
  try {
    if (spawnSync('mkfifo', files).status !== 0) return null;
    return streams.map((stream, i) => ({
      stream,
      // Opened for reading first, and without waiting: then opening for writing does not wait.
      read: openSync(files[i]!, constants.O_RDONLY | constants.O_NONBLOCK),
      write: openSync(files[i]!, constants.O_WRONLY),
    }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
