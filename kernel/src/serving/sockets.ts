import * as zmq from 'zeromq';
import {
  type ConnectionInfo,
  endpoint,
  type Message,
  type Received,
  Wire,
  WireError,
} from '../protocol/index.ts';

/** A message with a route back. */
export interface Request extends Received {
  channel: 'shell' | 'control';
}

type Frames = (Uint8Array | string)[];

/** ZeroMQ hangs up on whoever sends a larger frame, before it takes any memory. */
const ROUTER = { sendHighWaterMark: 0, maxMessageSize: 1 << 30 };

interface Sending {
  send(frames: Frames): Promise<void>;
}

/** Whoever has gone away gets nothing, and where all is closed (which throws) nobody does. */
async function trySend(socket: Sending, frames: Frames): Promise<void> {
  try {
    await socket.send(frames);
  } catch {}
}

/** ZeroMQ allows one unfinished `send` per socket; this keeps the others in order. */
class Sender {
  readonly #socket: Sending;
  readonly #queue: { frames: Frames; sent?: () => void }[] = [];
  #sending = false;

  constructor(socket: Sending) {
    this.#socket = socket;
  }

  send(frames: Frames, sent?: () => void): void {
    this.#queue.push(sent ? { frames, sent } : { frames });
    if (!this.#sending) this.#drain();
  }

  /** Resolves once everything sent so far has been handed to ZeroMQ. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      const last = this.#queue.at(-1);
      if (!last) return resolve();
      const { sent } = last;
      last.sent = () => {
        sent?.();
        resolve();
      };
    });
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      await trySend(this.#socket, next.frames);
      next.sent?.();
      this.#queue.shift();
    }
    this.#sending = false;
  }
}

/** The kernel's five sockets. */
export class Sockets {
  readonly #wire: Wire;
  readonly #shell = new zmq.Router({ ...ROUTER, linger: 500 });
  readonly #control = new zmq.Router({ ...ROUTER, linger: 500 });
  readonly #stdin = new zmq.Router({ ...ROUTER, linger: 0 });
  readonly #iopub = new zmq.Publisher({ sendHighWaterMark: 0, linger: 500 });
  /** Not a Reply socket: that breaks at frames which are no request. */
  readonly #heartbeat = new zmq.Router({ ...ROUTER, linger: 0 });
  readonly #senders = {
    shell: new Sender(this.#shell),
    control: new Sender(this.#control),
    stdin: new Sender(this.#stdin),
    iopub: new Sender(this.#iopub),
  };

  private constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Binds all sockets. Requests wait until `listen`. */
  static async open(connection: ConnectionInfo): Promise<Sockets> {
    const sockets = new Sockets(
      new Wire(connection.key, { scheme: connection.signature_scheme, username: 'kernel' }),
    );
    await Promise.all([
      sockets.#shell.bind(endpoint(connection, 'shell')),
      sockets.#control.bind(endpoint(connection, 'control')),
      sockets.#stdin.bind(endpoint(connection, 'stdin')),
      sockets.#iopub.bind(endpoint(connection, 'iopub')),
      sockets.#heartbeat.bind(endpoint(connection, 'hb')),
    ]);
    sockets.#beat();
    return sockets;
  }

  /**
   * From now on requests are handed to `receive`, in the order of their arrival, and answers of the
   * person at the page to `answered`.
   */
  listen(receive: (request: Request) => void, answered: (value: string) => void): void {
    this.#listen(this.#shell, (received) => receive({ channel: 'shell', ...received }));
    this.#listen(this.#control, (received) => receive({ channel: 'control', ...received }));
    this.#listen(this.#stdin, ({ message }) => answered(String(message.content.value)));
  }

  /** A message of the kernel's session, to be given to `publish` or `reply`. */
  message<Content>(
    type: string,
    content: Content,
    options: Parameters<Wire['message']>[2] = {},
  ): Message<Content> {
    return this.#wire.message(type, content, options);
  }

  /** Broadcasts; `sent` is called when ZeroMQ has taken the message. */
  publish(message: Message<unknown>, sent?: () => void): void {
    this.#senders.iopub.send(this.#wire.serialise(message, [message.header.msg_type]), sent);
  }

  reply(request: Request, message: Message<unknown>): void {
    const frames = this.#wire.serialise(message, request.identities);
    this.#senders[request.channel].send(frames);
  }

  /** Asks the client that sent a request. */
  ask(request: Request, message: Message<unknown>): void {
    this.#senders.stdin.send(this.#wire.serialise(message, request.identities));
  }

  /** Sends what is still queued, then closes everything. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#senders).map((sender) => sender.flushed()));
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#iopub, this.#heartbeat]) {
      socket.close();
    }
  }

  async #beat(): Promise<void> {
    for await (const frames of this.#heartbeat) await trySend(this.#heartbeat, frames);
  }

  async #listen(socket: zmq.Router, receive: (received: Received) => void): Promise<void> {
    for await (const frames of socket) {
      try {
        receive(this.#wire.parse(frames));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        process.stderr.write(`Lectern kernel: ignored a message. ${error.message}\n`);
      }
    }
  }
}
