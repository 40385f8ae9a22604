import { type ChildProcess, spawn } from 'node:child_process';
import type { KernelSpec } from './specs.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface KernelPlace {
  cwd: string;
  /** The course's directory: where imports are looked for after the notebook's own. */
  courseRoot: string;
  /** Removed from the environment wherever it stands. */
  secret: string;
  /** `{resource_dir}` in the command line. */
  resourceDir?: string;
}

const OUTPUT_KEPT = 4000;

/** The process of a kernel, from its start to its end. */
export class KernelProcess {
  readonly #child: ChildProcess;
  #output = '';
  /** Resolves when the process is gone; a process that could not start counts as gone. */
  readonly exited: Promise<Exit>;
  gone = false;

  constructor(spec: KernelSpec, connectionFile: string, where: KernelPlace) {
    const argv = spec.argv.map((part) =>
      part
        .replaceAll('{connection_file}', connectionFile)
        .replaceAll('{resource_dir}', where.resourceDir ?? ''),
    );
    this.#child = spawn(argv[0]!, argv.slice(1), {
      cwd: where.cwd,
      env: kernelEnvironment(spec, where),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: Ctrl-C in the terminal is for the server, and whatever the
      // kernel starts can be ended with it.
      detached: true,
    });
    const keep = (data: Buffer) => {
      this.#output = (this.#output + data.toString()).slice(-OUTPUT_KEPT);
    };
    this.#child.stdout!.on('data', keep);
    this.#child.stderr!.on('data', keep);
    this.exited = new Promise((resolve) => {
      const end = (exit: Exit) => {
        this.gone = true;
        this.signal('SIGKILL'); // what the kernel had started
        resolve(exit);
      };
      this.#child.once('exit', (code, signal) => end({ code, signal }));
      this.#child.once('error', (error) => {
        keep(Buffer.from(error.message));
        end({ code: null, signal: null });
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The end of what the process wrote to its own output: the reason, where it did not start. */
  get lastWords(): string {
    return this.#output.trim();
  }

  /** Sends a signal to the kernel and all it started. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.#child.pid;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // Gone already.
    }
  }

  /** Waits for the end, and enforces it after `patience` milliseconds. */
  async end(patience: number): Promise<void> {
    const timers = [
      setTimeout(() => this.signal('SIGTERM'), patience),
      setTimeout(() => this.signal('SIGKILL'), patience + 500),
    ];
    await this.exited;
    timers.forEach(clearTimeout);
  }
}

function kernelEnvironment(spec: KernelSpec, where: KernelPlace): NodeJS.ProcessEnv {
  const { secret, courseRoot } = where;
  const inherited = Object.entries(process.env).filter(([, value]) => !value?.includes(secret));
  return {
    ...Object.fromEntries(inherited),
    LECTERN_ROOT: courseRoot,
    ...spec.env,
    // Jupyter's way to tell a kernel whom to watch: it ends when this process is gone.
    JPY_PARENT_PID: String(process.pid),
  };
}
