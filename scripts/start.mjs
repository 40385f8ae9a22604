// `npm start`: set up what is missing, then serve the course on the pinned Node.
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { becomeLectern, requireNode } from './setup/node.mjs';
import { run } from './setup/terminal.mjs';

run(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  becomeLectern('start', ...process.argv.slice(2));
});
