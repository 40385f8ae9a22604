/**
 * Jupyter's own tools against the kernel as `lectern kernelspec install` installs it:
 * `npm run verify:jupyter`. They come from PyPI into a virtual environment under
 * node_modules/.cache, so this is no part of `npm test`. Takes two minutes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const environment = path.join(root, 'node_modules/.cache/jupyter');
const programs = path.join(environment, 'bin');
const python = path.join(programs, 'python');

if (!existsSync(python)) must('python3', ['-m', 'venv', environment]);
must(python, ['-m', 'pip', 'install', '--quiet', '-r', path.join(here, 'requirements.txt')]);
must(process.execPath, [
  '--conditions=source',
  path.join(root, 'cli/bin/lectern.mjs'),
  ...['kernelspec', 'install', '--prefix', environment],
]);
const results = ['test_kernel.py', 'test_tools.py'].map((file) => {
  process.stdout.write(`\n${file}\n`);
  return run(python, ['-W', 'ignore::ResourceWarning', path.join(here, file), '-v']);
});
process.exitCode = results.every((status) => status === 0) ? 0 : 1;

function run(command: string, args: string[]): number | null {
  const env = { ...process.env, PATH: `${programs}${path.delimiter}${process.env.PATH}` };
  return spawnSync(command, args, { stdio: 'inherit', env }).status;
}

function must(command: string, args: string[]): void {
  if (run(command, args) === 0) return;
  process.stderr.write(`This needs Python 3.10 or newer with its venv module, and PyPI.\n`);
  process.exit(1);
}
