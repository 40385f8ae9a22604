// `npm run verify`: every chapter at full size, solved, under both kernels, each within its time.
// `npm test` runs them at the small scale.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { pinnedNode, requireNode, root, sourceFlags } from './setup/node.mjs';
import { run, SetupError } from './setup/terminal.mjs';

run(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  const course = JSON.parse(readFileSync(path.join(root, 'notebooks/course.json'), 'utf8'));
  const failed = [];
  for (const { file, budgetSeconds } of course.chapters) {
    for (const kernel of ['typescript', 'tslab']) {
      const notebook = path.join(root, 'notebooks', file);
      const command = ['cli/bin/lectern.mjs', 'run', notebook, '--kernel', kernel, '--solutions'];
      const { status, error } = spawnSync(pinnedNode(), [...sourceFlags, ...command], {
        cwd: root,
        stdio: 'inherit',
        timeout: budgetSeconds * 1000,
      });
      if (error?.code === 'ETIMEDOUT') failed.push(`${file} (${kernel}): over ${budgetSeconds} s`);
      else if (status !== 0) failed.push(`${file} (${kernel})`);
    }
  }
  if (failed.length > 0) throw new SetupError(`These do not hold:\n  ${failed.join('\n  ')}`);
});
