import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './terminal.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const oldest = [20, 19];

/** The machine's own Node only installs; everything else runs on the pinned one. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new SetupError(
    `Lectern needs Node ${oldest.join('.')} or newer to install itself; this is Node ` +
      `${process.versions.node}. Get a current one from https://nodejs.org and try again.`,
  );
}

/** Path of the Node 24 that the lockfile pins. */
export function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const file = path.join(root, 'node_modules', 'node', 'bin', name);
  return existsSync(file) ? file : process.execPath;
}

/** Arguments under which every TypeScript source of ours runs. */
export const sourceFlags = ['--conditions=source', '--disable-warning=ExperimentalWarning'];

/** Becomes the `lectern` command on the pinned Node: its streams, its signals, its exit code. */
export function becomeLectern(...args) {
  const main = path.join(root, 'cli', 'src', 'main.ts');
  const child = spawn(pinnedNode(), [...sourceFlags, main, ...args], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes: the command alone decides when it is done.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => {
    process.exit(signal ? 128 + os.constants.signals[signal] : code);
  });
}
