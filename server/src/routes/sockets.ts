import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestError } from '../errors.ts';
import type { EventBus } from '../events.ts';
import { type Access, queryOf } from '../http/access.ts';
import { NOTEBOOK_BYTES } from '../http/request.ts';
import { ChannelHub } from '../kernels/channels.ts';
import type { KernelManager } from '../kernels/manager.ts';
import { V1 } from '../kernels/wire.ts';

const PING_EVERY = 30_000;
const CHANNELS = /^\/api\/kernels\/([\w-]+)\/channels$/;

/** The WebSockets: `/api/kernels/:id/channels` and `/api/events/subscribe`. */
export class Sockets {
  readonly #access: Access;
  readonly #kernels: KernelManager;
  readonly #events: EventBus;
  readonly #hub = new ChannelHub();
  readonly #pings: NodeJS.Timeout;
  readonly #alive = new WeakSet<WebSocket>();
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: NOTEBOOK_BYTES,
    handleProtocols: (offered) => (offered.has(V1) ? V1 : false),
  });

  constructor(access: Access, kernels: KernelManager, events: EventBus) {
    this.#access = access;
    this.#kernels = kernels;
    this.#events = events;
    this.#pings = setInterval(() => this.#ping(), PING_EVERY);
    this.#pings.unref();
  }

  /** The HTTP server's `upgrade` event. Refusals are plain HTTP answers. */
  upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    stream.on('error', () => stream.destroy());
    try {
      this.#access.checkSource(request);
      this.#access.admit(request);
      const serve = this.#serverOf(request);
      this.#server.handleUpgrade(request, stream, head, (socket) => {
        this.#alive.add(socket);
        socket.on('pong', () => this.#alive.add(socket));
        // `ws` closes a socket that breaks the protocol; the error needs no further answer.
        socket.on('error', () => {});
        serve(socket);
      });
    } catch (error) {
      const { status, message } =
        error instanceof RequestError ? error : { status: 500, message: 'Internal error' };
      const length = Buffer.byteLength(message);
      stream.end(
        `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
          `Content-Length: ${length}\r\n\r\n${message}`,
      );
    }
  };

  close(): void {
    clearInterval(this.#pings);
    this.#hub.close();
    for (const socket of this.#server.clients) socket.close(1001, 'The server stops');
    setTimeout(() => {
      for (const socket of this.#server.clients) socket.terminate();
    }, 200).unref();
  }

  #serverOf(request: IncomingMessage): (socket: WebSocket) => void {
    const path = (request.url ?? '').split('?')[0]!;
    if (path === '/api/events/subscribe') return (socket) => this.#tellEvents(socket);
    const id = CHANNELS.exec(path)?.[1];
    if (id === undefined) throw new RequestError('not-found', `There is no WebSocket at ${path}.`);
    const kernel = this.#kernels.get(id);
    return (socket) => this.#hub.connect(kernel, queryOf(request).get('session_id'), socket);
  }

  #tellEvents(socket: WebSocket): void {
    const end = this.#events.subscribe((text) => socket.send(text));
    socket.once('close', end);
  }

  /** A page that went to sleep or lost its network does not say goodbye. */
  #ping(): void {
    for (const socket of this.#server.clients) {
      if (!this.#alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }
}
