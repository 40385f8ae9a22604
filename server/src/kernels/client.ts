import { randomUUID } from 'node:crypto';
import { type Channel, type ConnectionInfo, endpoint, Wire } from '@lectern/kernel/protocol';
import { Dealer } from 'zeromq';
import { type Parts, pack, unpack } from './frames.ts';

/** Loses nothing, and connects within 10 ms of the moment when a starting kernel listens. */
export const quickSocket = { linger: 0, receiveHighWaterMark: 0, reconnectInterval: 10 };

const CHANNELS = ['shell', 'control', 'stdin'] as const;
type Asking = (typeof CHANNELS)[number];

export function isAskingChannel(name: string): name is Asking {
  return (CHANNELS as readonly string[]).includes(name);
}

/** The sockets through which one client of a kernel asks and is answered. */
export class KernelClient {
  readonly #wire: Wire;
  readonly #sockets = new Map<Asking, Dealer>();
  readonly #queues = new Map<Asking, Promise<void>>();
  /**
   * All three sockets are known to the kernel. Nothing is asked before: a kernel throws away a
   * question (`input_request`) for a stdin socket that has not introduced itself yet.
   */
  readonly #introduced: Promise<unknown>;
  #closed = false;

  constructor(connection: ConnectionInfo, onMessage: (channel: Channel, parts: Parts) => void) {
    this.#wire = new Wire(connection.key);
    // One name for all three: the kernel sends an input_request to the stdin socket that has the
    // name of the shell socket from which the cell came.
    const routingId = `lectern-${randomUUID()}`;
    const handshakes: Promise<void>[] = [];
    for (const channel of CHANNELS) {
      const socket = new Dealer({ routingId, ...quickSocket });
      handshakes.push(new Promise((resolve) => socket.events.on('handshake', () => resolve())));
      socket.connect(endpoint(connection, channel));
      this.#sockets.set(channel, socket);
      void this.#read(channel, socket, onMessage);
    }
    this.#introduced = Promise.all(handshakes);
  }

  send(channel: Asking, parts: Parts): void {
    const socket = this.#sockets.get(channel)!;
    const before = this.#queues.get(channel) ?? this.#introduced;
    // ZeroMQ refuses a second `send` while one is pending, so each waits for the one before.
    const sent = before.then(async () => {
      if (!this.#closed) await socket.send(pack(this.#wire, parts));
    });
    // A send fails only where the socket was closed meanwhile: nobody waits for the answer then.
    this.#queues.set(
      channel,
      sent.catch(() => {}),
    );
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets.values()) socket.close();
  }

  async #read(
    channel: Asking,
    socket: Dealer,
    onMessage: (channel: Channel, parts: Parts) => void,
  ): Promise<void> {
    for await (const frames of socket) {
      const parts = unpack(this.#wire, frames);
      if (parts && !this.#closed) onMessage(channel, parts);
    }
  }
}
