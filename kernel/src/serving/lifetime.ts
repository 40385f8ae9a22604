import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ToMain } from '../threads.ts';
import type { Interrupter } from './interrupter.ts';
import type { Sockets } from './sockets.ts';

/** How often to look whether the process that started us is still there, ms. */
const WATCH_INTERVAL = 1000;

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
  await sockets.close();
  interrupter.close();
  post({ type: 'exit' });
}

/** Ends the process without asking main, but not before what was said has been sent. */
export async function die(reason: string, sockets: Sockets): Promise<void> {
  writeSync(2, `Lectern kernel: ${reason}\n`);
  await Promise.race([sockets.close(), delay(LAST_WORDS)]);
  // ZeroMQ hands messages on in a thread of its own.
  await delay(LAST_WORDS);
  process.kill(process.pid, 'SIGKILL');
}

/** A kernel whose parent has died is of no use to anyone. */
export function exitWithParent(exit: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) exit();
  }, WATCH_INTERVAL).unref();
}
