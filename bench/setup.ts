// `npm run bench -- setup`: the peers that are not packages of ours, in a virtual environment of their
// own: Python libraries, and Deno. Running it again changes nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const environment = path.join(here, '.venv');
const requirements = path.join(here, 'requirements.txt');
const deno = 'deno@2.9.6';
const python = path.join(environment, 'bin', 'python');
/** What was installed last, to see that nothing is to be done. */
const stamp = path.join(environment, 'requirements.txt');

export async function run(): Promise<void> {
  const wanted = `${readFileSync(requirements, 'utf8')}# ${deno}\n`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    process.stderr.write('The peers are installed already.\n');
    return;
  }
  if (!existsSync(python)) {
    demandPython();
    must('python3', ['-m', 'venv', environment]);
  }
  must(python, ['-m', 'pip', 'install', '--requirement', requirements]);
  // Its program is in the package for this platform; the script that would copy it is not needed.
  must('npm', ['install', '--prefix', environment, '--no-save', '--ignore-scripts', deno]);
  writeFileSync(stamp, wanted);
}

function demandPython(): void {
  const { status } = spawnSync('python3', [
    '-c',
    'import sys, venv; sys.exit(sys.version_info < (3, 10))',
  ]);
  if (status === 0) return;
  process.stderr.write(
    'The benchmarks compare with PyTorch and need Python 3.10 or newer with its venv module, as python3 ' +
      '(Debian: apt-get install python3-venv). The course itself needs no Python.\n',
  );
  process.exit(2);
}

function must(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  process.stderr.write(`${[program, ...args].join(' ')} failed.\n`);
  process.exit(1);
}
