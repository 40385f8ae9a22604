import inspector from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';
import { COLLECT } from '../evaluator/garbage.ts';
import { descendants, signalAll } from '../process-tree.ts';
import type { ToMain } from '../threads.ts';

/** How long main gets to read an interrupt before its running JavaScript is terminated, ms. */
const PATIENCE = 20;
const ATTEMPTS = 100;

/** How long to wait for a collection of garbage, ms. */
const COLLECTION = 10_000;

/**
 * Where even that does not help, main may wait for a program (`execSync`), which only a signal
 * ends: first as Ctrl-C would, then in earnest. Keys count attempts.
 */
const SIGNALS: Record<number, NodeJS.Signals> = { 6: 'SIGINT', 25: 'SIGTERM', 60: 'SIGKILL' };

/**
 * Interrupts user code on the main thread, whatever it does. Main is asked first: if it reads the
 * message it is only waiting, and can end the cell itself. If it does not, it is computing, and V8
 * is told to terminate what runs. Asking first matters: a termination that finds nothing to
 * terminate kills whichever callback comes next.
 */
export class Interrupter {
  readonly #session = new inspector.Session();
  readonly #post: (message: ToMain) => void;
  readonly #read: Int32Array;
  #sequence = 0;
  #children = new Set<number>();
  #terminating = false;

  /** @param read shared with main, which writes the number of the latest interrupt it has read */
  constructor(post: (message: ToMain) => void, read: Int32Array) {
    this.#post = post;
    this.#read = read;
    this.#session.connectToMainThread();
  }

  /** Resolves when no interrupt is under way: before that, nothing new should start on main. */
  settled: Promise<void> = Promise.resolve();

  /** @param stopTimers whether to stop what cells have left to timers */
  interrupt(stopTimers: boolean): Promise<void> {
    this.settled = this.settled.then(() => this.#interrupt(stopTimers));
    return this.settled;
  }

  /** Programs that main does not wait for. */
  set children(pids: readonly number[]) {
    this.#children = new Set(pids);
  }

  async #interrupt(stopTimers: boolean): Promise<void> {
    const sequence = ++this.#sequence;
    for (let attempt = 0; attempt < ATTEMPTS && !this.#isRead(sequence); attempt++) {
      // Repeated, for a termination may also hit the callback that was about to read it.
      this.#post({ type: 'interrupt', sequence, stopTimers });
      await Atomics.waitAsync(this.#read, 0, Atomics.load(this.#read, 0), PATIENCE).value;
      if (this.#isRead(sequence)) break;
      this.#terminate();
      const signal = SIGNALS[attempt];
      if (signal) this.#signalProgram(signal);
    }
  }

  /** Frees what main can no longer reach; resolves when that is done, or takes too long. */
  async collectGarbage(): Promise<void> {
    const expression = `globalThis[Symbol.for('${COLLECT}')]()`;
    const done = new Promise<void>((resolve) => {
      this.#session.post('Runtime.evaluate', { expression, silent: true }, () => resolve());
    });
    await Promise.race([done, delay(COLLECTION)]);
  }

  /** Until then the process cannot exit. */
  close(): void {
    this.#session.disconnect();
  }

  #isRead(sequence: number): boolean {
    return Atomics.load(this.#read, 0) >= sequence;
  }

  #signalProgram(signal: NodeJS.Signals): void {
    const others = [...this.#children].flatMap((pid) => [pid, ...descendants(pid)]);
    const spared = new Set(others);
    signalAll(
      descendants(process.pid).filter((pid) => !spared.has(pid)),
      signal,
    );
  }

  #terminate(): void {
    if (this.#terminating) return;
    this.#terminating = true;
    this.#session.post('Runtime.terminateExecution', () => {
      this.#terminating = false;
    });
  }
}
