#!/usr/bin/env node
// `npx lectern …` starts on whatever Node the machine has; the command itself runs on the pinned one.
import { becomeLectern } from '../../scripts/setup/node.mjs';

becomeLectern(...process.argv.slice(2));
