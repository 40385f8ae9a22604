import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kernelspecs } from '@lectern/kernel/kernelspec';
import { Command } from 'commander';
import { badRequest } from '../errors.ts';

/** Jupyter's own data folder of this user. */
function userDataFolder(): string {
  if (process.env.JUPYTER_DATA_DIR) return process.env.JUPYTER_DATA_DIR;
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Jupyter');
  if (process.platform === 'win32') {
    return path.join(process.env.APPDATA ?? os.homedir(), 'jupyter');
  }
  const share = process.env.XDG_DATA_HOME ?? path.join(os.homedir(), '.local', 'share');
  return path.join(share, 'jupyter');
}

function install({ user, prefix }: { user?: boolean; prefix?: string }): void {
  if (user && prefix) throw badRequest('Choose one of --user and --prefix.');
  const data = prefix ? path.resolve(prefix, 'share', 'jupyter') : userDataFolder();
  const ours = kernelspecs().typescript;
  if (!ours) throw new Error('The kernel package offers no kernelspec named typescript.');
  const folder = path.join(data, 'kernels', ours.name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'kernel.json'), `${JSON.stringify(ours.spec, null, 1)}\n`);
  } catch {
    throw badRequest(`Cannot write to ${folder}: choose another place with --prefix.`);
  }
  process.stdout.write(`Installed the TypeScript kernel in ${folder}\n`);
}

export const kernelspecCommand = (): Command => {
  const command = new Command('kernelspec').description('offer our kernel to any Jupyter');
  command
    .command('install')
    .description('write kernel.json where Jupyter looks for it')
    .option('--user', "in this user's Jupyter data folder (the default)")
    .option('--prefix <dir>', 'under DIR/share/jupyter')
    .action(install);
  return command;
};
