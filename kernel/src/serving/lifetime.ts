import type { ToMain } from '../threads.ts';
import type { Interrupter } from './interrupter.ts';
import type { Sockets } from './sockets.ts';

/** How often to look whether the process that started us is still there, ms. */
const WATCH_INTERVAL = 1000;

/** How long main gets to end the process in an orderly way, ms. */
const GRACE = 1000;

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

/** A kernel whose parent has died is of no use to anyone. */
export function exitWithParent(exit: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) exit();
  }, WATCH_INTERVAL).unref();
}
