// `npm start`: set up what is missing, then serve the course on the pinned Node.
import { spawn } from 'node:child_process';
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { pinnedNode, requireNode, root, sourceFlags } from './setup/node.mjs';
import { run } from './setup/terminal.mjs';

run(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  const args = [...sourceFlags, `${root}cli/src/main.ts`, 'start', ...process.argv.slice(2)];
  const child = spawn(pinnedNode(), args, { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both processes; the server decides when it has shut down.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  child.on('close', (code, signal) => process.exit(signal ? 0 : code));
});
