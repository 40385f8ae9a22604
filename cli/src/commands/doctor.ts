import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import { Command } from 'commander';
import { findBrowser } from '../../../scripts/setup/browser.mjs';
import { root } from '../root.ts';
import { defaultPort } from './start.ts';

interface Finding {
  what: string;
  found: string;
  /** What to do about it, if anything. */
  advice?: string;
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function browser(): Finding {
  const what = 'Browser for tests';
  try {
    const found = findBrowser();
    if (found) return { what, found };
  } catch (error) {
    return { what, found: 'none', advice: (error as Error).message };
  }
  const advice = 'only npm test needs one: install Chrome or Chromium, or set CHROME_PATH';
  return { what, found: 'none', advice };
}

async function sandbox(): Promise<Finding> {
  const { detectSandbox } = await import('@lectern/grader/sandbox');
  const level = await detectSandbox();
  const what = 'Sandbox for answers';
  if (level !== 'permissions') return { what, found: level };
  const advice = 'enough for your own answers; to grade others install bubblewrap (Linux)';
  return { what, found: level, advice };
}

function memory(): Finding {
  const found = `${gib(os.freemem())} free of ${gib(os.totalmem())}`;
  const tight = os.totalmem() < 4 * 2 ** 30;
  return { what: 'Memory', found, ...(tight ? { advice: 'chapters that train want 4 GiB' } : {}) };
}

function disk(): Finding {
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  const advice = free < 2 ** 30 ? { advice: 'less than 1 GiB: free some space' } : {};
  return { what: 'Disk', found: `${gib(free)} free`, ...advice };
}

/** Whether the usual port is free now. */
function port(): Promise<Finding> {
  const what = `Port ${defaultPort}`;
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () =>
        resolve({ what, found: 'in use', advice: 'is the course open already? else --port 0' }),
      )
      .listen(defaultPort, '127.0.0.1', () => probe.close(() => resolve({ what, found: 'free' })));
  });
}

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description('say what this machine has, and what to do about what it lacks')
    .action(async () => {
      const node: Finding = { what: 'Node (pinned)', found: process.version };
      const findings = [node, await sandbox(), browser(), memory(), disk(), await port()];
      for (const { what, found, advice } of findings) {
        process.stdout.write(`${what.padEnd(20)} ${found}${advice ? `  → ${advice}` : ''}\n`);
      }
    });
