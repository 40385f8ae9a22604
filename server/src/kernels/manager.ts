import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import type { EventBus } from '../events.ts';
import type { Settings } from '../options.ts';
import { Kernel, type KernelModel } from './kernel.ts';
import { type KernelSpecs, loadKernelspecs } from './specs.ts';

const CULL_EVERY_MS = 60_000;

/** All kernels of this server. */
export class KernelManager {
  readonly #settings: Settings;
  readonly #kernels = new Map<string, Kernel>();
  readonly #runDir: string;
  readonly #events: EventBus;
  readonly #culling: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(settings: Settings, events: EventBus) {
    this.#settings = settings;
    this.#events = events;
    if (settings.cull) {
      const every = Math.min(settings.cull.idleMs, CULL_EVERY_MS);
      this.#culling = setInterval(() => void this.cull(), every).unref();
    }
    this.#runDir = path.join(settings.dataDir, 'run', String(process.pid));
  }

  /** The kernels on offer now; the first is the default. */
  specs(): Promise<KernelSpecs> {
    return loadKernelspecs(this.#settings);
  }

  list(): KernelModel[] {
    return [...this.#kernels.values()].map((kernel) => kernel.model);
  }

  get(id: string): Kernel {
    const kernel = this.#kernels.get(id);
    if (!kernel) throw new RequestError('no-such-kernel', `There is no kernel ${id}.`);
    return kernel;
  }

  /** Resolves when the kernel answers. @param name the default kernel where left out */
  async start(name: string | undefined, cwd: string): Promise<Kernel> {
    const specs = await this.specs();
    const chosen = name ?? Object.keys(specs)[0] ?? '';
    const offered = Object.hasOwn(specs, chosen) ? specs[chosen] : undefined;
    if (!offered) {
      const offer = Object.keys(specs).join(', ');
      throw new RequestError(
        'no-such-kernelspec',
        `There is no kernel named “${chosen}”; choose one of ${offer}.`,
      );
    }
    if (this.#closed) throw new RequestError('internal', 'The server is shutting down.');
    const connectionFile = path.join(this.#runDir, `kernel-${randomUUID()}.json`);
    const { token: secret, root: courseRoot, logger } = this.#settings;
    const place = { cwd, courseRoot, secret };
    const kernel = new Kernel({ ...place, ...offered, name: chosen, connectionFile, logger });
    this.#kernels.set(kernel.id, kernel);
    kernel.once('ended', () => {
      this.#kernels.delete(kernel.id);
      this.#tell('shutdown', kernel);
    });
    try {
      await kernel.start();
    } catch (error) {
      await kernel.shutdown();
      throw error;
    }
    this.#tell('start', kernel);
    logger.info(`Kernel ${chosen} started in ${cwd}`);
    return kernel;
  }

  interrupt(id: string): void {
    const kernel = this.get(id);
    kernel.interrupt();
    this.#tell('interrupt', kernel);
  }

  async restart(id: string): Promise<Kernel> {
    const kernel = this.get(id);
    await kernel.restart();
    this.#tell('restart', kernel);
    return kernel;
  }

  /** Ends kernels that nobody has used for long, where the settings say so. */
  async cull(now = Date.now()): Promise<void> {
    const { cull, logger } = this.#settings;
    if (!cull) return;
    const idle = [...this.#kernels.values()].filter(({ state, connections, lastActivity }) => {
      if (state === 'busy' || state === 'starting') return false;
      if (connections > 0 && !cull.connected) return false;
      return now - lastActivity.getTime() >= cull.idleMs;
    });
    for (const kernel of idle) logger.info(`Kernel ${kernel.name} was idle for long; it is ended.`);
    await Promise.all(idle.map((kernel) => kernel.shutdown()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#culling);
    await Promise.all([...this.#kernels.values()].map((kernel) => kernel.shutdown()));
    await fs.rm(this.#runDir, { recursive: true, force: true });
  }

  #tell(action: 'start' | 'interrupt' | 'restart' | 'shutdown', { id, name }: Kernel): void {
    const msg = `Kernel ${id}: ${action}.`;
    this.#events.kernel({ action, kernel_id: id, kernel_name: name, msg });
  }

  /**
   * Ends the kernels of servers that were killed. Ours watch their parent and end by themselves,
   * other people's kernels may not.
   */
  async sweep(): Promise<void> {
    const runs = path.dirname(this.#runDir);
    for (const pid of await fs.readdir(runs).catch(() => [])) {
      if (pid === String(process.pid) || isAlive(Number(pid))) continue;
      endKernelsOf(path.join(runs, pid));
      await fs.rm(path.join(runs, pid), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Every process whose command line names a connection file in `runDir`. */
function endKernelsOf(runDir: string): void {
  if (process.platform === 'win32') return;
  const processes = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' });
  for (const line of processes.split('\n')) {
    if (!line.includes(runDir + path.sep)) continue;
    try {
      process.kill(Number.parseInt(line, 10), 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}
