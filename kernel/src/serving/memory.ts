import { writeFileSync } from 'node:fs';
import os from 'node:os';
import type { ErrorContent } from '../protocol/index.ts';

/** How often to look, ms. A cell can fill a few hundred megabytes meanwhile. */
const INTERVAL = 100;

/** Shares of the machine's memory at which a cell is stopped, and at which the kernel ends. */
const SOFT = 0.6;
const HARD = 0.8;

/** Where a kernel that holds this share sees less than so much left on the machine, the same. */
const LARGE = 0.25;
const SOFT_LEFT = 0.06;
const HARD_LEFT = 0.03;

/** A collection of garbage that leaves more than this share of the limit was not worth it. */
const WORTH = 0.9;

/** A cell that needs less than this is let run even so, for it may free memory: bytes. */
const GROWTH = 1 << 26;

/** With less than this a kernel would end before its first cell: bytes. */
const LEAST = 1 << 28;

const MB = 2 ** 20;
const UNITS: Record<string, number> = { M: MB, G: 2 ** 30, T: 2 ** 40 };

/** Memory in bytes. */
export interface MemoryLimits {
  /** What there is: the machine's memory, or what the system grants to this process. */
  total: number;
  /** A cell is stopped at this. */
  soft: number;
  /** The kernel ends at this. */
  hard: number;
}

/**
 * @param setting such as `6G` or `800M` (the environment variable `LECTERN_MEMORY`): the memory at
 *   which a cell is stopped
 * @throws RangeError where the setting is none, or less than a kernel needs
 */
export function memoryLimits(setting?: string): MemoryLimits {
  const constrained = process.constrainedMemory();
  const total = Math.min(os.totalmem(), constrained > 0 ? constrained : Number.POSITIVE_INFINITY);
  if (!setting) return { total, soft: total * SOFT, hard: total * HARD };
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([MGT])i?B?$/i.exec(setting) ?? [];
  if (!amount || !unit) {
    throw new RangeError(`LECTERN_MEMORY is '${setting}', but has to be such as 6G or 800M.`);
  }
  const soft = Number(amount) * UNITS[unit.toUpperCase()]!;
  if (soft < LEAST) {
    throw new RangeError(`LECTERN_MEMORY is '${setting}', but a kernel needs at least 256M.`);
  }
  return { total, soft, hard: soft * (HARD / SOFT) };
}

/** What the guard does, given what there is to say. */
export interface MemoryActions {
  /** A number for the cell that runs, if one does. */
  running: () => number | null;
  /** Frees what user code can no longer reach. */
  collect: () => Promise<void>;
  /** Stops the running cell; resolves when it has let go. */
  stop: (error: ErrorContent) => Promise<void>;
  /** Ends the kernel. */
  end: (error: ErrorContent) => void;
}

/**
 * Watches the memory of the whole process (V8's heap, buffers, native code) from the protocol
 * thread, which runs whatever the main thread does. V8 itself would end the process at its limit,
 * without a word, and a machine that is out of memory freezes before that.
 */
export class MemoryGuard {
  readonly #limits: MemoryLimits;
  readonly #actions: MemoryActions;
  #cell: number | null = null;
  /** Memory at the beginning of the cell. */
  #before = 0;
  #relieving = false;
  #ended = false;

  constructor(limits: MemoryLimits, actions: MemoryActions) {
    this.#limits = limits;
    this.#actions = actions;
  }

  start(): void {
    preferAsVictim();
    setInterval(() => this.#look(), INTERVAL).unref();
  }

  #look(): void {
    const { soft, hard } = this.#limits;
    const used = process.memoryUsage.rss();
    const cell = this.#actions.running();
    if (cell !== this.#cell) {
      this.#cell = cell;
      this.#before = used;
    }
    const left = this.#left(used);
    if (used > hard || left < HARD_LEFT) this.#end(used, left);
    else if (used <= soft && left >= SOFT_LEFT) return;
    else if (cell !== null && used > this.#before + GROWTH) this.#relieve(cell, used);
  }

  /** The share of the machine's memory that is left, where it is this kernel that has taken it. */
  #left(used: number): number {
    const { total } = this.#limits;
    // macOS counts as free only what it has not put to any use.
    if (used < total * LARGE || process.platform === 'darwin') return 1;
    return process.availableMemory() / total;
  }

  /** V8 collects garbage when it has to; perhaps it did not have to yet. */
  async #relieve(cell: number, peak: number): Promise<void> {
    if (this.#relieving) return;
    this.#relieving = true;
    const { collect, running } = this.#actions;
    await collect();
    const used = process.memoryUsage.rss();
    const left = this.#left(used);
    const enough = used <= this.#limits.soft * WORTH && left >= SOFT_LEFT;
    if (!enough && running() === cell) {
      await this.#stop(peak, left);
      await collect();
    }
    this.#relieving = false;
  }

  async #stop(used: number, left: number): Promise<void> {
    const hint =
      'Your variables are kept. If big ones among them are no longer needed, set them to undefined, or ' +
      'restart the kernel.';
    await this.#actions.stop(
      outOfMemory(`The cell was stopped: the kernel ${this.#reason(used, left)}`, hint),
    );
  }

  #end(used: number, left: number): void {
    if (this.#ended) return;
    this.#ended = true;
    const hint =
      'All variables are gone. Run the cells you need once more, with less data, smaller batches or a ' +
      'smaller model.';
    this.#actions.end(outOfMemory(`The kernel has ended: it ${this.#reason(used, left)}`, hint));
  }

  #reason(used: number, left: number): string {
    const { soft, total } = this.#limits;
    const has = `used ${gigabytes(used)} of memory`;
    if (left < SOFT_LEFT)
      return `${has}, and this machine has only ${gigabytes(left * total)} left.`;
    return `${has}. It may use ${gigabytes(soft)} on this machine, which has ${gigabytes(total)}.`;
  }
}

function outOfMemory(evalue: string, hint: string): ErrorContent {
  const setting = 'LECTERN_MEMORY=6G in the environment of the kernel would let it use 6 GB.';
  const ename = 'OutOfMemoryError';
  return {
    ename,
    evalue,
    traceback: [`\u001b[31m${ename}\u001b[0m: ${evalue}`, `  ${hint}`, `  (${setting})`],
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`;
}

/** Where Linux has to end a process for want of memory, let it be this one, not the desktop's. */
function preferAsVictim(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Not allowed here: then the system chooses.
  }
}
