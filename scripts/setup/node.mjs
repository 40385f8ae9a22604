import { existsSync } from 'node:fs';
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
