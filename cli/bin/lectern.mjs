#!/usr/bin/env node
// `npx lectern …` starts on whatever Node the machine has; the command itself runs on the pinned one.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pinnedNode, sourceFlags } from '../../scripts/setup/node.mjs';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const args = [...sourceFlags, main, ...process.argv.slice(2)];
const { status } = spawnSync(pinnedNode(), args, { stdio: 'inherit' });
process.exit(status ?? 0);
