import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import type { Settings } from '../options.ts';
import { Kernel, type KernelModel } from './kernel.ts';
import { type KernelSpecs, loadKernelspecs } from './specs.ts';

/** All kernels of this server. */
export class KernelManager {
  readonly #settings: Settings;
  readonly #kernels = new Map<string, Kernel>();
  readonly #runDir: string;
  #specs: Promise<KernelSpecs> | null = null;
  #closed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#runDir = path.join(settings.dataDir, 'run', String(process.pid));
  }

  /** The kernels on offer; the first is the default. Read when first asked for. */
  specs(): Promise<KernelSpecs> {
    this.#specs ??= loadKernelspecs(this.#settings);
    return this.#specs;
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
    const spec = Object.hasOwn(specs, chosen) ? specs[chosen]?.spec : undefined;
    if (!spec) {
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
    const kernel = new Kernel({ ...place, name: chosen, spec, connectionFile, logger });
    this.#kernels.set(kernel.id, kernel);
    kernel.once('ended', () => this.#kernels.delete(kernel.id));
    try {
      await kernel.start();
    } catch (error) {
      await kernel.shutdown();
      throw error;
    }
    logger.info(`Kernel ${chosen} started in ${cwd}`);
    return kernel;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#kernels.values()].map((kernel) => kernel.shutdown()));
    await fs.rm(this.#runDir, { recursive: true, force: true });
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
