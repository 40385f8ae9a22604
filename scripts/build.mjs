// `npm run build`: what `npm start` would build, without starting.
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { requireNode } from './setup/node.mjs';
import { run } from './setup/terminal.mjs';

run(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
});
