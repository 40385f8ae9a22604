/** A small Jupyter client that starts a real kernel process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kernelspecs } from '@lectern/kernel/kernelspec';
import {
  type ConnectionInfo,
  endpoint,
  type Message,
  newConnection,
  Wire,
} from '@lectern/kernel/protocol';
import * as zmq from 'zeromq';

type Content = Record<string, unknown>;

/** Everything that answers one request. */
export interface Exchange {
  reply: Message;
  /** iopub messages with the request as parent, from busy to idle. */
  iopub: Message[];
}

export interface Executed extends Exchange {
  status: string;
  /** Printed text by stream. */
  stdout: string;
  stderr: string;
  /** `text/plain` of the result. */
  result: string | undefined;
  error: { ename: string; evalue: string; traceback: string } | undefined;
  /** Types of what was published between execute_input and idle. */
  types: string[];
}

interface SendOptions {
  channel?: 'shell' | 'control';
  replies?: boolean;
  buffers?: Uint8Array[];
}

interface Pending {
  exchange: { reply?: Message; iopub: Message[] };
  replies: boolean;
  done: (exchange: Exchange) => void;
}

const ansi = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const withoutColours = (text: string): string => text.replace(ansi, '');

export class KernelClient {
  readonly process: ChildProcess;
  readonly connection: ConnectionInfo;
  /** Where the kernel runs, as a notebook's directory. */
  readonly directory: string;
  /** All iopub messages so far. */
  readonly heard: Message[] = [];
  /** When the kernel's first reply came, on the clock of `performance.now()`. */
  answeredAt: number | null = null;
  readonly #wire: Wire;
  readonly #shell: zmq.Dealer;
  readonly #control = new zmq.Dealer({ linger: 0 });
  readonly #stdin: zmq.Dealer;
  readonly #iopub = new zmq.Subscriber({ linger: 0 });
  readonly #pending = new Map<string, Pending>();
  readonly #listeners = new Set<(message: Message) => void>();

  private constructor(process: ChildProcess, connection: ConnectionInfo, directory: string) {
    this.process = process;
    this.connection = connection;
    this.directory = directory;
    this.#wire = new Wire(connection.key);
    // A kernel asks back under the name of the one who sent the request.
    const routingId = this.#wire.session;
    // Of a kernel that is starting, one wants to know soon that it is there.
    this.#shell = new zmq.Dealer({ linger: 0, routingId, reconnectInterval: 10 });
    this.#stdin = new zmq.Dealer({ linger: 0, routingId });
  }

  /** Starts a kernel and waits until it answers and its broadcasts arrive. */
  static async start(
    options: {
      kernel?: string;
      /** The command of somebody else's kernel, as in a `kernel.json`. */
      argv?: readonly string[];
      env?: Record<string, string>;
      directory?: string;
      warm?: boolean;
    } = {},
  ): Promise<KernelClient> {
    const { spec } = kernelspecs()[options.kernel ?? 'typescript']!;
    const argv = options.argv ?? spec.argv;
    const connection = await newConnection('test');
    const directory = options.directory ?? mkdtempSync(path.join(tmpdir(), 'lectern-kernel-'));
    const connections = mkdtempSync(path.join(tmpdir(), 'lectern-connection-'));
    const file = path.join(connections, 'c.json');
    writeFileSync(file, JSON.stringify(connection));
    const [command, ...args] = argv.map((part) => part.replace('{connection_file}', file));
    const child = spawn(command!, args, {
      cwd: directory,
      env: { ...process.env, ...spec.env, ...options.env },
      stdio: ['ignore', 'inherit', 'inherit'],
      // Jupyter, too, gives a kernel a process group of its own.
      detached: true,
    });
    child.once('exit', () => rmSync(connections, { recursive: true, force: true }));
    const client = new KernelClient(child, connection, directory);
    client.#iopub.subscribe();
    client.#iopub.connect(endpoint(connection, 'iopub'));
    client.#shell.connect(endpoint(connection, 'shell'));
    client.#stdin.connect(endpoint(connection, 'stdin'));
    client.#control.connect(endpoint(connection, 'control'));
    client.#listen();
    const died = new Promise<never>((_, reject) => {
      child.once('exit', (code, signal) => {
        reject(new Error(`The kernel ended with ${code ?? signal} before it answered.`));
      });
    });
    await Promise.race([client.ready(), died]);
    // The first cell waits until TypeScript has been read; tests should not.
    if (options.warm !== false) await client.execute('', { silent: true });
    return client;
  }

  /** A subscription takes a moment: asks until a request's broadcasts arrive with its reply. */
  async ready(): Promise<void> {
    for (;;) {
      const exchange = this.request('kernel_info_request');
      const late = new Promise<null>((resolve) => setTimeout(resolve, 300, null));
      if (await Promise.race([exchange, late])) return;
    }
  }

  /** Sends a request and waits for its reply and its idle status. */
  request(type: string, content: Content = {}, options: SendOptions = {}): Promise<Exchange> {
    return this.send(type, content, options).exchange;
  }

  send(
    type: string,
    content: Content = {},
    { channel = 'shell', replies = true, buffers = [] }: SendOptions = {},
  ): { id: string; exchange: Promise<Exchange> } {
    const message = this.#wire.message(type, content, { buffers });
    const id = message.header.msg_id;
    const exchange = new Promise<Exchange>((done) => {
      this.#pending.set(id, { exchange: { iopub: [] }, replies, done });
    });
    const socket = channel === 'shell' ? this.#shell : this.#control;
    socket.send(this.#wire.serialise(message));
    return { id, exchange };
  }

  async execute(code: string, options: Content = {}): Promise<Executed> {
    return summarise(await this.request('execute_request', { code, silent: false, ...options }));
  }

  /** Starts a cell without waiting for its end. */
  begin(code: string): { id: string; executed: Promise<Executed> } {
    const { id, exchange } = this.send('execute_request', { code, silent: false });
    return { id, executed: exchange.then(summarise) };
  }

  interrupt(): Promise<Exchange> {
    return this.request('interrupt_request', {}, { channel: 'control' });
  }

  /** Waits for a question of the kernel and answers it. */
  async answer(value: string): Promise<Message> {
    const { message } = this.#wire.parse(await this.#stdin.receive());
    const reply = this.#wire.message('input_reply', { value }, { parent: message.header });
    await this.#stdin.send(this.#wire.serialise(reply));
    return message;
  }

  /** The next (or an earlier) broadcast for which `wanted` holds. */
  until(wanted: (message: Message) => boolean): Promise<Message> {
    const earlier = this.heard.find(wanted);
    if (earlier) return Promise.resolve(earlier);
    return new Promise((resolve) => {
      const listener = (message: Message) => {
        if (!wanted(message)) return;
        this.#listeners.delete(listener);
        resolve(message);
      };
      this.#listeners.add(listener);
    });
  }

  /** Waits for printed text of a cell. */
  untilPrinted(id: string, text: string): Promise<Message> {
    return this.until(
      ({ header, parent_header, content }) =>
        header.msg_type === 'stream' &&
        parent_header.msg_id === id &&
        String(content.text).includes(text),
    );
  }

  /** Ends the kernel and closes the sockets. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGKILL');
      await gone;
    }
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#iopub]) socket.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #listen(): Promise<void> {
    const replies = async (socket: zmq.Dealer) => {
      for await (const frames of socket) {
        const { message } = this.#wire.parse(frames);
        this.answeredAt ??= performance.now();
        const pending = this.#pending.get(String(message.parent_header.msg_id));
        if (pending) pending.exchange.reply = message;
        this.#settle(String(message.parent_header.msg_id));
      }
    };
    const broadcasts = async () => {
      for await (const frames of this.#iopub) {
        const { message } = this.#wire.parse(frames);
        this.heard.push(message);
        for (const listener of [...this.#listeners]) listener(message);
        this.#pending.get(String(message.parent_header.msg_id))?.exchange.iopub.push(message);
        this.#settle(String(message.parent_header.msg_id));
      }
    };
    await Promise.all([replies(this.#shell), replies(this.#control), broadcasts()]);
  }

  #settle(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    const { reply, iopub } = pending.exchange;
    const idle = iopub.some(({ content }) => content.execution_state === 'idle');
    if (!idle || (pending.replies && !reply)) return;
    this.#pending.delete(id);
    pending.done({ reply: reply!, iopub });
  }
}

function summarise({ reply, iopub }: Exchange): Executed {
  const printed = (name: string) =>
    iopub
      .filter(({ header, content }) => header.msg_type === 'stream' && content.name === name)
      .map(({ content }) => content.text)
      .join('');
  const of = (type: string) => iopub.find(({ header }) => header.msg_type === type)?.content;
  const error = of('error');
  return {
    reply,
    iopub,
    status: String(reply.content.status),
    stdout: printed('stdout'),
    stderr: printed('stderr'),
    result: (of('execute_result')?.data as Record<string, string> | undefined)?.['text/plain'],
    error: error && {
      ename: String(error.ename),
      evalue: String(error.evalue),
      traceback: withoutColours((error.traceback as string[]).join('\n')),
    },
    types: iopub.slice(2, -1).map(({ header }) => header.msg_type),
  };
}
