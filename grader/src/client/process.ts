import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

const SERVICE = path.join(import.meta.dirname, '../service/main.ts');
/** A grading that takes longer has hung: its own limits are far below. */
const LONGEST_REQUEST_MS = 5 * 60_000;

/**
 * A grading that could not be done. `bad-request`: the caller's fault, the message says what and how;
 * `failed`: ours.
 */
export class GraderError extends Error {
  override name = 'GraderError';
  readonly code: 'bad-request' | 'failed';

  constructor(code: 'bad-request' | 'failed', message: string) {
    super(message);
    this.code = code;
  }
}

export type ServiceOptions = { root: string; warm?: number; class?: boolean };
export type ServiceRequest = { id: number; method: 'grade' | 'solution'; params: unknown };
export type ServiceReply =
  | { id: number; result: unknown }
  | { id: number; error: { code: 'bad-request' | 'failed'; message: string } };

type Pending = {
  request: ServiceRequest;
  attempts: number;
  resolve: (result: unknown) => void;
  reject: (error: GraderError) => void;
  timer: NodeJS.Timeout;
};

/** One grader process and the requests it has not answered yet. */
export class GraderProcess {
  readonly #options: ServiceOptions;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | null = null;
  #nextId = 1;
  #closed = false;

  constructor(options: ServiceOptions) {
    this.#options = { root: options.root, warm: options.warm, class: options.class };
    this.#start();
  }

  get waiting(): number {
    return this.#pending.size;
  }

  ask(method: ServiceRequest['method'], params: unknown): Promise<unknown> {
    if (this.#closed) {
      return Promise.reject(new GraderError('failed', 'The grader has been closed.'));
    }
    const request = { id: this.#nextId++, method, params };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(request.id), LONGEST_REQUEST_MS);
      this.#pending.set(request.id, { request, attempts: 0, resolve, reject, timer });
      this.#send(request.id);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id)?.reject(new GraderError('failed', 'The grader has been closed.'));
    }
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const force = setTimeout(() => child.kill('SIGKILL'), 2000);
    child.ref();
    if (child.connected) child.disconnect(); // the process ends itself when nobody listens
    await gone;
    clearTimeout(force);
  }

  #start(): ChildProcess {
    const child = fork(SERVICE, [JSON.stringify(this.#options)], {
      execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (reply: ServiceReply) => {
      const pending = this.#settle(reply.id);
      if ('error' in reply) {
        pending?.reject(new GraderError(reply.error.code, reply.error.message));
      } else pending?.resolve(reply.result);
    });
    child.on('error', () => child.kill('SIGKILL'));
    child.on('exit', () => this.#onExit(child));
    this.#holdProcessOpen();
    return child;
  }

  /** After a crash each waiting request is sent once more; a second crash is its own fault. */
  #onExit(child: ChildProcess): void {
    if (this.#child === child) this.#child = null;
    if (this.#closed) return;
    for (const { request, attempts } of [...this.#pending.values()]) {
      if (attempts < 2) this.#send(request.id);
      else {
        this.#settle(request.id)?.reject(
          new GraderError('failed', 'The grader stopped twice while it worked on this.'),
        );
      }
    }
  }

  #send(id: number): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.attempts += 1;
    const child = this.#child ?? this.#start();
    child.send(pending.request, () => {}); // a failed send is followed by 'exit'
    this.#holdProcessOpen();
  }

  #giveUp(id: number): void {
    const seconds = LONGEST_REQUEST_MS / 1000;
    this.#settle(id)?.reject(
      new GraderError('failed', `The grader gave no answer within ${seconds} seconds.`),
    );
    this.#child?.kill('SIGKILL');
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(pending?.timer);
    this.#holdProcessOpen();
    return pending;
  }

  /** An idle grader does not keep the program that started it alive. */
  #holdProcessOpen(): void {
    if (this.#pending.size > 0) {
      this.#child?.ref();
      this.#child?.channel?.ref();
    } else {
      this.#child?.unref();
      this.#child?.channel?.unref();
    }
  }
}
