import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..', '..');
const main = path.join(root, 'cli', 'src', 'main.ts');
const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning'];

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the `lectern` command as a person would, in a process of its own. */
export function spawnLectern(...args: string[]): ChildProcess {
  return spawn(process.execPath, [...flags, main, ...args], {
    cwd: root,
    env: { ...process.env, LECTERN_SCALE: 'ci' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the `lectern` command to its end. */
export function lectern(...args: string[]): Promise<Finished> {
  const child = spawnLectern(...args);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Waits until the started course prints its address. */
export function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      const found = /http:\/\/\S+/.exec(output);
      if (found) resolve(found[0]);
    });
    child.on('close', (code) => reject(new Error(`lectern start ended with ${code}: ${output}`)));
  });
}

/** Asks the process to end and waits until it has. */
export function stop(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    child.on('close', (code) => resolve(code));
    child.kill('SIGTERM');
  });
}
