import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { household, isAlive, signalAll } from '../process-tree.ts';
import type { ToMain } from '../threads.ts';
import type { Interrupter } from './interrupter.ts';
import type { Sockets } from './sockets.ts';

/** How often to look whether the process that started us is still there, ms. */
const WATCH_INTERVAL = 1000;

/** How long programs that cells have started get to end by themselves, ms. */
const CHILDREN_GRACE = 100;

/** How long main gets to end the process in an orderly way, ms. */
const GRACE = 1000;

/** How long the last messages may take, ms. */
const LAST_WORDS = 100;

let leaving = false;

/** Ends the process: what was said is sent, then main exits, or is killed if it does not listen. */
export async function leave(
  sockets: Sockets,
  interrupter: Interrupter,
  post: (message: ToMain) => void,
): Promise<void> {
  if (leaving) return;
  leaving = true;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE);
  // Once more around the event loop, so that the answer to this very request is queued.
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([sockets.close(), endHousehold()]);
  interrupter.close();
  post({ type: 'exit' });
}

/** Ends the process without asking main, but not before what was said has been sent. */
export async function die(reason: string, sockets: Sockets): Promise<void> {
  writeSync(2, `Lectern kernel: ${reason}\n`);
  await Promise.race([sockets.close(), delay(LAST_WORDS)]);
  // ZeroMQ hands messages on in a thread of its own.
  await delay(LAST_WORDS);
  signalAll([...household(process.pid), process.pid], 'SIGKILL');
}

/** Nothing that a cell has started outlives its kernel. */
async function endHousehold(): Promise<void> {
  const started = household(process.pid);
  signalAll(started, 'SIGTERM');
  const deadline = performance.now() + CHILDREN_GRACE;
  while (performance.now() < deadline && started.some(isAlive)) await delay(5);
  // Whoever has not ended, and whom those have started meanwhile.
  signalAll([...started, ...household(process.pid)], 'SIGKILL');
}

/** A kernel whose parent has died is of no use to anyone. */
export function exitWithParent(exit: () => void): void {
  const parent = process.ppid;
  // Whoever starts us may have died before we could look; Jupyter says who it was.
  const named = Number(process.env.JPY_PARENT_PID);
  const wasOrphan = () => process.ppid === 1 && named > 1 && !isAlive(named);
  setInterval(() => {
    if (process.ppid !== parent || !isAlive(parent) || wasOrphan()) exit();
  }, WATCH_INTERVAL).unref();
}
