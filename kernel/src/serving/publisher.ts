import { setTimeout as delay } from 'node:timers/promises';
import type { Header } from '../protocol/index.ts';
import type { TextRing } from '../text-ring.ts';
import { CHILDREN, STREAMS } from '../threads.ts';
import { ChildOutput } from './child-output.ts';
import type { Request, Sockets } from './sockets.ts';

/** How long printed text may wait for more of it, ms; and how much may gather. */
const STREAM_DELAY = 12;
const STREAM_SIZE = 1 << 18;

/** The latest requests whose late output still finds its way. */
const ORIGINS = 1000;

interface MessageParts {
  metadata?: Record<string, unknown> | undefined;
  buffers?: Uint8Array[] | undefined;
}

/** Everything the kernel says, in the order in which it happened. Printed text is batched. */
export class Publisher {
  readonly #sockets: Sockets;
  readonly #ring: TextRing;
  readonly #origins = new Map<number, Header>();
  readonly #children = new ChildOutput((origin, name, text) => {
    if (text) this.publish('stream', { name, text }, origin);
  });
  #count = 0;

  constructor(sockets: Sockets, ring: TextRing) {
    this.#sockets = sockets;
    this.#ring = ring;
    this.#pump();
  }

  /** A number for a request handed to main, by which main says what its output belongs to. */
  origin(header: Header): number {
    const id = ++this.#count;
    this.#origins.set(id, header);
    this.#origins.delete(id - ORIGINS);
    return id;
  }

  /** Sends what has been printed, up to a position of the ring. */
  flush(until?: number): void {
    let parent: Header | undefined;
    let name: string | undefined;
    let text = '';
    const send = () => {
      if (text) this.#send('stream', { name, text }, parent);
      text = '';
    };
    for (;;) {
      const printed = this.#ring.read(until);
      if (!printed) break;
      if (printed.stream === CHILDREN) {
        send();
        this.#children.heed(printed, () => this.flush());
        continue;
      }
      const origin = this.#origins.get(printed.origin);
      const stream = STREAMS[printed.stream];
      if (origin !== parent || stream !== name || text.length > STREAM_SIZE) send();
      parent = origin;
      name = stream;
      text += printed.text;
    }
    send();
  }

  /** @param parent what it belongs to: a request, or the number of one */
  publish(
    type: string,
    content: Record<string, unknown>,
    parent: Header | number | undefined,
    parts: MessageParts = {},
  ): void {
    this.#send(
      type,
      content,
      typeof parent === 'number' ? this.#origins.get(parent) : parent,
      parts,
    );
  }

  status(execution_state: 'starting' | 'busy' | 'idle', parent?: Header): void {
    this.publish('status', { execution_state }, parent);
  }

  reply(request: Request, content: Record<string, unknown>): void {
    const { header } = request.message;
    const type = header.msg_type.replace(/_request$/, '_reply');
    this.#sockets.reply(request, this.#sockets.message(type, content, { parent: header }));
  }

  #send(
    type: string,
    content: Record<string, unknown>,
    parent: Header | undefined,
    parts: MessageParts = {},
  ): void {
    this.#sockets.publish(this.#sockets.message(type, content, { parent, ...parts }));
  }

  async #pump(): Promise<void> {
    for (;;) {
      await this.#ring.readable();
      await delay(STREAM_DELAY);
      this.flush();
    }
  }
}
