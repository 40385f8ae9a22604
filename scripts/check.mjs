// `npm run check`: types, lint, format, direction of dependencies, unused code, the catalogue.
import { spawnSync } from 'node:child_process';
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { pinnedNode, requireNode, root, sourceFlags } from './setup/node.mjs';
import { run, SetupError, step } from './setup/terminal.mjs';

const bin = (name) => `node_modules/${name}`;
const lectern = (...args) => [...sourceFlags, 'cli/src/main.ts', ...args];

const checks = [
  ['Types', [bin('typescript/bin/tsc'), '-p', '.']],
  ['Types of the browser tests', [bin('typescript/bin/tsc'), '-p', 'tests/e2e']],
  ['Types of the page', [bin('typescript/bin/tsc'), '-p', 'app', '--noEmit']],
  ['Lint and format', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  [
    'Direction of dependencies',
    [
      bin('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config=.dependency-cruiser.json',
      'app/src',
      'cli',
      'exercises',
      'explorables',
      'grader',
      'kernel',
      'lib',
      'server',
      'solutions',
    ],
  ],
  ['Unused files and exports', [bin('knip/bin/knip.js')]],
  ['Notebooks in step with their exercises', lectern('sync', '--check')],
  ['The catalogue proves itself', lectern('check', '--seeds', '10')],
];

function check(command) {
  const { status, stdout, stderr } = spawnSync(pinnedNode(), command, {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new SetupError(`${stdout}${stderr}`);
}

run(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  const failed = [];
  for (const [title, command] of checks) {
    try {
      await step(title, async () => check(command));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      process.stderr.write(`${error.message}\n`);
      failed.push(title);
    }
  }
  if (failed.length > 0) throw new SetupError(`Does not hold: ${failed.join(', ')}.`);
});
