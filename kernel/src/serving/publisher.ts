import type { Header } from '../protocol/index.ts';
import type { FromMain } from '../threads.ts';
import type { Request, Sockets } from './sockets.ts';

/** How long printed text may wait for more of it, ms; and how much may gather. */
const STREAM_DELAY = 15;
const STREAM_SIZE = 1 << 18;

type Stream = Extract<FromMain, { type: 'stream' }>;

interface Gathered {
  parent: Header;
  name: string;
  parts: string[];
  length: number;
}

/** Everything the kernel says, in the order in which it happened. Printed text is batched. */
export class Publisher {
  readonly #sockets: Sockets;
  readonly #backlog: Int32Array;
  #gathered: Gathered | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param backlog shared with main: characters it has sent that are not yet passed on */
  constructor(sockets: Sockets, backlog: Int32Array) {
    this.#sockets = sockets;
    this.#backlog = backlog;
  }

  stream({ parent, name, text }: Stream): void {
    const now = this.#gathered;
    if (now && (now.name !== name || now.parent.msg_id !== parent.msg_id)) this.flush();
    this.#gathered ??= { parent, name, parts: [], length: 0 };
    this.#gathered.parts.push(text);
    this.#gathered.length += text.length;
    if (this.#gathered.length >= STREAM_SIZE) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), STREAM_DELAY);
  }

  /** Sends the printed text that is still waiting for more. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const gathered = this.#gathered;
    if (!gathered) return;
    this.#gathered = null;
    const { parent, name, parts, length } = gathered;
    const message = this.#sockets.message('stream', { name, text: parts.join('') }, { parent });
    this.#sockets.publish(message, () => {
      Atomics.sub(this.#backlog, 0, length);
      Atomics.notify(this.#backlog, 0);
    });
  }

  publish(
    type: string,
    content: Record<string, unknown>,
    parent: Header | undefined,
    options: {
      metadata?: Record<string, unknown> | undefined;
      buffers?: Uint8Array[] | undefined;
    } = {},
  ): void {
    this.flush();
    this.#sockets.publish(this.#sockets.message(type, content, { parent, ...options }));
  }

  status(execution_state: 'starting' | 'busy' | 'idle', parent?: Header): void {
    this.publish('status', { execution_state }, parent);
  }

  reply(request: Request, content: Record<string, unknown>): void {
    const { header } = request.message;
    const type = header.msg_type.replace(/_request$/, '_reply');
    this.#sockets.reply(request, this.#sockets.message(type, content, { parent: header }));
  }
}
