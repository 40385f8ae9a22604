import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { type Frame, FrameReader, writeFrame } from '../channel/frames.ts';
import { type CallbackReply, type Question, type Reply, readReply } from '../channel/messages.ts';
import type { Launch } from './levels.ts';
import { LIMITS_OF_ANSWER } from './limits.ts';
import { type Usage, usageOf } from './usage.ts';

/** Why there is no answer. `start`: it never came up, which is our failure. */
export type GoneReason = 'start' | 'timeout' | 'memory' | 'tasks' | 'crashed' | 'garbage';

/** The worker is dead, by itself or by our hand. */
export class WorkerGone extends Error {
  override name = 'WorkerGone';
  readonly reason: GoneReason;

  constructor(reason: GoneReason, message: string = MESSAGES[reason]) {
    super(message);
    this.reason = reason;
  }
}

/** The last word on a question, with the bytes that its values point into. */
export type Answered = {
  reply: Exclude<Reply, { type: 'printed' | 'callback' | 'ready' }>;
  blobs: Uint8Array[];
};

/** What may happen on the way to an answer. */
export type Handlers = {
  printed(text: string): void;
  callback(
    id: number,
    args: { wire: unknown; blobs: Uint8Array[] },
  ): CallbackMade | Promise<CallbackMade>;
};
export type CallbackMade = { reply: CallbackReply; blobs: Uint8Array[] };

type Pending = {
  resolve(answered: { reply: Reply; blobs: Uint8Array[] }): void;
  reject(gone: WorkerGone): void;
  handlers: Handlers | null;
  printed: number;
  callbacks: number;
  /** A callback that has not been answered yet; the worker must wait for it. */
  calling: boolean;
};

const START_MS = 15_000;
const POLL_MS = 40;
const STDERR_BYTES = 8192;
const MOST_UNREAD = 64 * 1024 * 1024;

/** One sandboxed worker process: asked one question at a time, watched meanwhile, used for one submission. */
export class SandboxedWorker {
  readonly level: Launch['level'];
  /** Settles when the worker has loaded the library. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  #stderr = '';
  #pending: Pending | null = null;
  #gone: WorkerGone | null = null;
  readonly #exited: Promise<void>;

  constructor(launch: Launch, library: Uint8Array) {
    this.level = launch.level;
    this.#child = spawn(launch.file, launch.args, {
      cwd: '/',
      env: launch.env,
      detached: true, // a process group of its own, to be killed as one
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.#socket = this.#child.stdio[3] as Socket;
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#listen();
    this.ready = this.#start(library);
    this.ready.catch(() => {}); // whoever takes this worker will see it
    this.unref();
  }

  /** The process at the root of the sandbox. */
  get pid(): number {
    return this.#child.pid!;
  }

  get alive(): boolean {
    return this.#gone === null;
  }

  /** Asks one question. @throws WorkerGone where there will be no answer, now or later */
  async ask(
    question: Question,
    blobs: Uint8Array[],
    handlers: Handlers,
    wallMs: number = LIMITS_OF_ANSWER.callWallMs,
  ): Promise<Answered> {
    await this.ready;
    const { callCpuMs } = LIMITS_OF_ANSWER;
    let before: number | undefined; // known from the first look: most answers come before it
    const answer = this.#exchange(question, blobs, handlers);
    const wall = setTimeout(() => this.#kill('timeout', WAITED), wallMs);
    const poll = setInterval(async () => {
      const usage = await usageOf(this.pid);
      if (!usage || !this.#pending) return;
      before ??= usage.cpuMs;
      this.#judge(usage, usage.cpuMs - before > callCpuMs);
    }, POLL_MS);
    try {
      return (await answer) as Answered;
    } finally {
      clearTimeout(wall);
      clearInterval(poll);
    }
  }

  /** Ends the worker and all that it started. */
  async close(): Promise<void> {
    this.#child.ref();
    this.#kill('crashed');
    await this.#exited;
  }

  /** Lets this process end although the worker still waits; it then ends too. */
  unref(): void {
    this.#child.unref();
    this.#socket.unref();
    (this.#child.stderr as Socket | null)?.unref();
  }

  #start(library: Uint8Array): Promise<void> {
    const timer = setTimeout(() => this.#kill('start'), START_MS);
    const started = this.#exchange({ type: 'start' }, [library], null);
    return started.then(
      () => clearTimeout(timer),
      (gone: WorkerGone) => {
        clearTimeout(timer);
        throw new WorkerGone('start', `The worker did not start: ${this.#stderr || gone.message}`);
      },
    );
  }

  #exchange(
    question: Question,
    blobs: Uint8Array[],
    handlers: Handlers | null,
  ): Promise<{ reply: Reply; blobs: Uint8Array[] }> {
    if (this.#gone) return Promise.reject(this.#gone);
    if (this.#pending) throw new Error('A worker answers one question at a time.');
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject, handlers, printed: 0, callbacks: 0, calling: false };
      this.#socket.write(writeFrame({ message: question, blobs }));
    });
  }

  #listen(): void {
    this.#child.on('error', (error) => this.#end(new WorkerGone('start', error.message)));
    this.#child.on('close', () => {
      const exhausted = this.#stderr.includes('heap out of memory');
      this.#end(new WorkerGone(exhausted ? 'memory' : 'crashed'));
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#stderr = (this.#stderr + data.toString('latin1')).slice(0, STDERR_BYTES);
    });
    this.#socket.on('error', () => {}); // broken pipe: `close` follows
    this.#socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of this.#frames.push(chunk)) this.#receive(frame);
      } catch {
        this.#kill('garbage');
      }
    });
  }

  /** @throws Error for anything that does not belong here */
  #receive(frame: Frame): void {
    const pending = this.#pending;
    if (!pending) throw new Error('Nothing was asked.');
    const reply = readReply(frame.message);
    if (reply.type === 'printed' || reply.type === 'callback') {
      this.#interlude(reply, frame.blobs, pending);
      return;
    }
    if ((reply.type === 'ready') !== (pending.handlers === null)) throw new Error('Out of turn.');
    this.#pending = null;
    pending.resolve({ reply, blobs: frame.blobs });
  }

  #interlude(
    reply: Extract<Reply, { type: 'printed' | 'callback' }>,
    blobs: Uint8Array[],
    pending: Pending,
  ): void {
    if (!pending.handlers) throw new Error('Out of turn.');
    if (reply.type === 'printed') {
      pending.printed += reply.text.length;
      if (pending.printed > LIMITS_OF_ANSWER.printed) throw new Error('Prints too much.');
      pending.handlers.printed(reply.text);
      return;
    }
    pending.callbacks += 1;
    // A worker that does not wait could make us hold replies without end.
    const unread = this.#socket.writableLength > MOST_UNREAD;
    if (pending.calling || unread) throw new Error('Does not wait for its callbacks.');
    pending.calling = true;
    if (pending.callbacks > LIMITS_OF_ANSWER.callbacks) throw new Error('Calls back too often.');
    const { handlers } = pending;
    const made = (async () => handlers.callback(reply.id, { wire: reply.args, blobs }))();
    made.then(
      (result) => {
        pending.calling = false;
        if (!this.alive) return;
        this.#socket.write(writeFrame({ message: result.reply, blobs: result.blobs }));
      },
      () => this.#kill('garbage'),
    );
  }

  #judge(usage: Usage, outOfTime: boolean): void {
    if (usage.memory > LIMITS_OF_ANSWER.memory) this.#kill('memory');
    else if (usage.tasks > LIMITS_OF_ANSWER.tasks) this.#kill('tasks');
    else if (outOfTime) this.#kill('timeout');
  }

  #kill(reason: GoneReason, message?: string): void {
    this.#end(new WorkerGone(reason, message));
    this.#socket.destroy();
    this.#killTree();
  }

  /**
   * The sandbox's process space dies with its first process, whatever was started in it. Before that one is set up,
   * the helpers that do so are still in the group of the process that we started.
   */
  #killTree(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL'); // no groups here (Windows)
    }
  }

  #end(gone: WorkerGone): void {
    this.#gone ??= gone;
    const pending = this.#pending;
    this.#pending = null;
    pending?.reject(this.#gone);
  }
}

const seconds = LIMITS_OF_ANSWER.callCpuMs / 1000;
const megabytes = LIMITS_OF_ANSWER.memory / 1024 / 1024;

const WAITED = `Stopped: no answer within ${LIMITS_OF_ANSWER.callWallMs / 1000} seconds.`;

/** Said to the student. */
const MESSAGES: Record<GoneReason, string> = {
  start: 'The sandbox did not start.',
  timeout: `Stopped after ${seconds} seconds of computing. Does a loop never end?`,
  memory: `Stopped: your code used more than ${megabytes} MB of memory.`,
  tasks: 'Stopped: your code started too many processes or threads.',
  crashed: 'The process that ran your code ended before it gave an answer.',
  garbage: 'Stopped: what your code sent back was no answer.',
};
