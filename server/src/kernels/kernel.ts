import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionInfo, endpoint, newConnection, Wire } from '@lectern/kernel/protocol';
import { Subscriber } from 'zeromq';
import { RequestError } from '../errors.ts';
import type { Logger } from '../options.ts';
import { KernelClient, quickSocket } from './client.ts';
import { contentOf, headerOf, newMessage, type Parts, unpack } from './frames.ts';
import { type KernelPlace, KernelProcess } from './process.ts';
import type { KernelSpec } from './specs.ts';

export type KernelState = 'starting' | 'idle' | 'busy' | 'restarting' | 'dead';

/** Jupyter's kernel model. */
export interface KernelModel {
  id: string;
  name: string;
  last_activity: string;
  execution_state: KernelState;
  connections: number;
}

interface KernelEvents {
  /** A message for every client: what the kernel published, or a status of the server's making. */
  publish: [parts: Parts];
  /** The kernel answers at `connection`, for the first time or again. */
  ready: [];
  /** Nobody answers there any more. */
  down: [];
  /** The kernel was shut down for good. */
  ended: [];
}

export interface KernelOptions extends KernelPlace {
  name: string;
  spec: KernelSpec;
  connectionFile: string;
  logger: Logger;
}

const START_TIMEOUT = 60_000;
const POLL_EVERY = 10;
const SHUTDOWN_PATIENCE = 1000;
/** A kernel that dies more often than this within a minute is left dead. */
const MAX_DEATHS = 3;

/** One kernel, over all the processes that serve it one after the other. */
export class Kernel extends EventEmitter<KernelEvents> {
  readonly id = randomUUID();
  readonly name: string;
  readonly #options: KernelOptions;
  state: KernelState = 'starting';
  lastActivity = new Date();
  /** Open pages; counted by whoever attaches. */
  connections = 0;
  /** Where the kernel answers; null while it does not. */
  connection: ConnectionInfo | null = null;
  #process: KernelProcess | null = null;
  #iopub: Subscriber | null = null;
  #control: KernelClient | null = null;
  #onReply: (parts: Parts) => void = () => {};
  #published = false;
  /** Exits of this process are not accidents. */
  #expected: KernelProcess | null = null;
  #deaths: number[] = [];
  #ended = false;
  /** Start, restart and shutdown follow one another, never overlap. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: KernelOptions) {
    super();
    this.setMaxListeners(0);
    this.name = options.name;
    this.#options = options;
  }

  get model(): KernelModel {
    return {
      id: this.id,
      name: this.name,
      last_activity: this.lastActivity.toISOString(),
      execution_state: this.state,
      connections: this.connections,
    };
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Resolves when the kernel has answered. @throws RequestError kernel-failed */
  start(): Promise<void> {
    return this.#inTurn(() => this.#launch());
  }

  /** No `restarting` status here: clients take that for a kernel that died by itself. */
  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#ended) throw failed(this.name, 'it was shut down');
      await this.#stop(true);
      this.#deaths = [];
      await this.#launch().catch((error) => {
        this.#announce('dead');
        throw error;
      });
    });
  }

  interrupt(): void {
    if (this.#options.spec.interrupt_mode !== 'message') this.#process?.signal('SIGINT');
    else this.#control?.send('control', newMessage('interrupt_request', {}, this.id));
  }

  shutdown(): Promise<void> {
    if (this.#ended) return this.#last.then(() => {});
    this.#ended = true;
    return this.#inTurn(async () => {
      await this.#stop(false);
      await fs.rm(this.#options.connectionFile, { force: true });
      this.state = 'dead';
      this.emit('ended');
    });
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#last.then(step);
    this.#last = done.catch(() => {});
    return done;
  }

  async #launch(): Promise<void> {
    const { name, spec, connectionFile } = this.#options;
    // New ports each time: the old ones may have been taken since.
    const connection = await newConnection(name);
    await writeSecretly(connectionFile, JSON.stringify(connection));
    this.#published = false;
    this.#listen(connection);
    this.#control = new KernelClient(connection, (_channel, parts) => this.#onReply(parts));
    const child = new KernelProcess(spec, connectionFile, this.#options);
    this.#process = child;
    void child.exited.then(() => this.#onExit(child));
    try {
      await this.#nudge(child);
    } catch (error) {
      await this.#stop(false);
      this.state = 'dead';
      throw error;
    }
    this.state = 'idle';
    this.connection = connection;
    this.emit('ready');
  }

  /**
   * Asks until the kernel has answered and one published message has come: a subscription takes a
   * moment, and what the kernel publishes before is lost for ever.
   */
  async #nudge(child: KernelProcess): Promise<void> {
    let answered = false;
    this.#onReply = (parts) => {
      answered ||= headerOf(parts).msg_type === 'kernel_info_reply';
    };
    const started = Date.now();
    let nextQuestion = started;
    while (!(answered && this.#published)) {
      const now = Date.now();
      if (child.gone) throw failed(this.name, child.lastWords || 'it ended at once');
      if (this.#ended) throw failed(this.name, 'it was shut down');
      if (now - started > START_TIMEOUT) {
        throw failed(this.name, `it did not answer within ${START_TIMEOUT / 1000} seconds`);
      }
      if (now >= nextQuestion) {
        this.#control?.send('shell', newMessage('kernel_info_request', {}, this.id));
        // The first question waits in the socket until somebody listens; repeat it rarely then.
        nextQuestion = now + (answered ? 20 : 500);
      }
      await sleep(POLL_EVERY);
    }
    this.#onReply = () => {};
  }

  #listen(connection: ConnectionInfo): void {
    const socket = new Subscriber({ ...quickSocket });
    socket.connect(endpoint(connection, 'iopub'));
    socket.subscribe();
    this.#iopub = socket;
    void this.#read(socket, new Wire(connection.key));
  }

  async #read(socket: Subscriber, wire: Wire): Promise<void> {
    for await (const frames of socket) {
      const parts = unpack(wire, frames);
      if (!parts || socket !== this.#iopub) continue;
      this.#published = true;
      this.lastActivity = new Date();
      if (this.connection) {
        this.#follow(parts);
        this.emit('publish', parts);
      }
    }
  }

  #follow(parts: Parts): void {
    // Parsing every message would cost more than passing it on; a status is short.
    if (!parts[0]!.includes('"status"') || headerOf(parts).msg_type !== 'status') return;
    const state = contentOf(parts).execution_state;
    if (state === 'idle' || state === 'busy' || state === 'starting') this.state = state;
  }

  async #stop(restart: boolean): Promise<void> {
    const child = this.#process;
    this.#expected = child;
    if (child && !child.gone) {
      this.#control?.send('control', newMessage('shutdown_request', { restart }, this.id));
      await child.end(SHUTDOWN_PATIENCE);
    }
    this.#hangUp();
  }

  #hangUp(): void {
    this.#iopub?.close();
    this.#control?.close();
    this.#iopub = null;
    this.#control = null;
    if (this.connection) {
      this.connection = null;
      this.emit('down');
    }
  }

  /** The process ended by itself: say so, and start another unless it keeps dying. */
  #onExit(child: KernelProcess): void {
    if (child !== this.#process || child === this.#expected || !this.connection) return;
    const { logger } = this.#options;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((time) => now - time < 60_000), now];
    this.#hangUp();
    if (this.#ended) return;
    if (this.#deaths.length > MAX_DEATHS) {
      logger.error(`Kernel ${this.name} died ${MAX_DEATHS + 1} times within a minute; left dead.`);
      this.#announce('dead');
      return;
    }
    logger.warn(`Kernel ${this.name} died and is started again. ${child.lastWords}`.trim());
    this.#announce('restarting');
    this.#inTurn(async () => {
      // A restart that was asked for meanwhile may have brought it back already.
      if (!this.#ended && !this.connection) await this.#launch();
    }).catch((error: Error) => {
      logger.error(error.message);
      this.#announce('dead');
    });
  }

  #announce(state: 'restarting' | 'dead'): void {
    this.state = state;
    this.emit('publish', newMessage('status', { execution_state: state }, this.id));
  }
}

/** Only the owner may read a connection file: whoever knows its key can run code. */
async function writeSecretly(file: string, text: string): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await fs.rm(file, { force: true });
  await fs.writeFile(file, text, { mode: 0o600, flag: 'wx' });
}

function failed(name: string, reason: string): RequestError {
  return new RequestError('kernel-failed', `The kernel “${name}” did not start: ${reason}`);
}
