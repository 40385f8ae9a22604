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
  sent: boolean;
  attempts: number;
  resolve: (result: unknown) => void;
  reject: (error: GraderError) => void;
  timer: NodeJS.Timeout | undefined;
};

/** One grader process and the requests it has not answered yet. */
export class GraderProcess {
  readonly #options: ServiceOptions;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | null = null;
  /** The grading that the process works on. One at a time: if it dies, we know of what. */
  #grading: number | null = null;
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
      const pending = { request, sent: false, attempts: 0, resolve, reject, timer: undefined };
      this.#pending.set(request.id, pending);
      this.#sendNext();
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
      execArgv: ['--conditions=source', '--max-old-space-size=512'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (reply: ServiceReply) => {
      const pending = this.#settle(reply.id);
      if ('error' in reply) {
        pending?.reject(new GraderError(reply.error.code, reply.error.message));
      } else pending?.resolve(reply.result);
      this.#sendNext();
    });
    child.on('error', () => child.kill('SIGKILL'));
    child.on('exit', () => this.#onExit(child));
    this.#holdProcessOpen();
    return child;
  }

  /** After a crash what was sent is sent once more; a second crash is its own fault. */
  #onExit(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#grading = null;
    if (this.#closed) return;
    for (const pending of [...this.#pending.values()]) {
      pending.sent = false;
      if (pending.attempts < 2) continue;
      const why = 'The grader stopped twice while it worked on this.';
      this.#settle(pending.request.id)?.reject(new GraderError('failed', why));
    }
    this.#sendNext();
  }

  /** Sends what may be sent now: one grading, and all that is answered at once. */
  #sendNext(): void {
    for (const pending of this.#pending.values()) {
      const { id, method } = pending.request;
      if (pending.sent || (method === 'grade' && this.#grading !== null)) continue;
      if (method === 'grade') this.#grading = id;
      pending.sent = true;
      pending.attempts += 1;
      pending.timer ??= setTimeout(() => this.#giveUp(id), LONGEST_REQUEST_MS);
      const child = this.#child ?? this.#start();
      this.#send(child, pending.request);
    }
    this.#holdProcessOpen();
  }

  /** @throws nothing: what cannot be sent is refused, and the next may be sent. */
  #send(child: ChildProcess, request: ServiceRequest): void {
    try {
      child.send(request, () => {}); // a failed send is followed by 'exit'
    } catch {
      const why =
        'This notebook cannot be read: it is nested too deeply, or holds what is no data.';
      this.#settle(request.id)?.reject(new GraderError('bad-request', why));
    }
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
    if (this.#grading === id) this.#grading = null;
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
