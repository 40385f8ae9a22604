import { readFileSync } from 'node:fs';
import type { Bundle } from '../bundle/bundle.ts';
import type { SandboxLevel } from '../client/report.ts';
import { type Launch, launches } from './levels.ts';
import { SandboxedWorker } from './worker.ts';

export type PoolOptions = {
  /** Workers kept started ahead. */
  warm: number;
  /** Insist on one level. */
  level?: SandboxLevel;
  /** Refuse `permissions`. */
  class?: boolean;
};

/** This machine cannot shut code away as was asked; the message says what to install. */
export class SandboxUnavailable extends Error {
  override name = 'SandboxUnavailable';
}

/** Starts workers at the strongest level that works here, a few of them ahead of need. */
export class WorkerPool {
  readonly #bundle: Bundle;
  readonly #options: PoolOptions;
  readonly #library: Uint8Array;
  readonly #idle: SandboxedWorker[] = [];
  #launch: Promise<Launch> | undefined;
  #closed = false;

  constructor(bundle: Bundle, options: PoolOptions) {
    this.#bundle = bundle;
    this.#options = options;
    this.#library = readFileSync(bundle.library);
  }

  /** The level that workers of this pool have. @throws SandboxUnavailable */
  async level(): Promise<SandboxLevel> {
    return (await this.#findLaunch()).level;
  }

  /** A worker that nobody has used. Whoever takes it closes it. */
  async take(): Promise<SandboxedWorker> {
    const launch = await this.#findLaunch();
    let worker = this.#idle.shift();
    while (worker && !worker.alive) worker = this.#idle.shift();
    worker ??= new SandboxedWorker(launch, this.#library);
    await worker.ready;
    return worker;
  }

  /** Starts workers ahead again; call it when there is time. */
  async refill(): Promise<void> {
    const launch = await this.#findLaunch();
    while (!this.#closed && this.#idle.length < this.#options.warm) {
      this.#idle.push(new SandboxedWorker(launch, this.#library));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((worker) => worker.close()));
  }

  #findLaunch(): Promise<Launch> {
    this.#launch ??= this.#probe();
    this.#launch.catch(() => {
      this.#launch = undefined;
    });
    return this.#launch;
  }

  async #probe(): Promise<Launch> {
    const wanted = this.#options.level;
    const failures: string[] = [];
    for (const launch of launches(this.#bundle.worker)) {
      if (wanted && launch.level !== wanted) continue;
      if (launch.level === 'permissions' && this.#options.class) continue;
      const worker = new SandboxedWorker(launch, this.#library);
      try {
        await worker.ready;
        this.#idle.push(worker);
        return launch;
      } catch (error) {
        failures.push(`${launch.level}: ${(error as Error).message}`);
        await worker.close();
      }
    }
    throw new SandboxUnavailable(
      `No sandbox${wanted ? ` of level ${wanted}` : ''} works on this machine. ` +
        `On Linux install bubblewrap, or allow user namespaces. ${failures.join(' ')}`,
    );
  }
}
