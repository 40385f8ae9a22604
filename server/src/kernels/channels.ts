import { randomUUID } from 'node:crypto';
import type { Channel } from '@lectern/kernel/protocol';
import type { RawData, WebSocket } from 'ws';
import { isAskingChannel, KernelClient } from './client.ts';
import { headerOf, type Parts } from './frames.ts';
import type { Kernel } from './kernel.ts';
import { binaryFormat, jsonFormat, V1 } from './wire.ts';

/** How long a page may be away before what it missed is thrown away. */
const KEEP_MS = 5 * 60_000;
const BUFFER_BYTES = 16 * 2 ** 20;
/** A page so far behind is cut off; it connects again by itself. */
const MAX_UNSENT_BYTES = 256 * 2 ** 20;

interface Message {
  channel: Channel;
  parts: Parts;
  bytes: number;
}

/**
 * The bridge between one session of a page and a kernel. It outlives the WebSocket: what the kernel
 * says while the page is away (a sleeping laptop, a reconnect) is kept and told when it is back.
 */
class SessionChannels {
  readonly #kernel: Kernel;
  readonly #onEnd: () => void;
  #client: KernelClient | null = null;
  #socket: WebSocket | null = null;
  #missed: Message[] = [];
  #missedBytes = 0;
  /** Asked for while the kernel was not there. */
  #waiting: { channel: 'shell' | 'control' | 'stdin'; parts: Parts }[] = [];
  #forget: NodeJS.Timeout | null = null;

  constructor(kernel: Kernel, onEnd: () => void) {
    this.#kernel = kernel;
    this.#onEnd = onEnd;
    kernel.on('publish', this.#onPublish);
    kernel.on('ready', this.#open);
    kernel.on('down', this.#hangUp);
    kernel.on('ended', this.end);
    this.#open();
  }

  attach(socket: WebSocket): void {
    this.#socket?.close(1000, 'Opened again elsewhere');
    if (this.#forget) clearTimeout(this.#forget);
    this.#socket = socket;
    this.#kernel.connections += 1;
    socket.on('message', (data, isBinary) => this.#onMessage(socket, data, isBinary));
    socket.once('close', () => this.#detach(socket));
    const missed = this.#missed;
    this.#missed = [];
    this.#missedBytes = 0;
    for (const { channel, parts } of missed) this.#deliver(channel, parts);
  }

  end = (): void => {
    if (this.#forget) clearTimeout(this.#forget);
    this.#kernel.off('publish', this.#onPublish);
    this.#kernel.off('ready', this.#open);
    this.#kernel.off('down', this.#hangUp);
    this.#kernel.off('ended', this.end);
    this.#hangUp();
    this.#socket?.close(1000, 'The kernel was shut down');
    this.#onEnd();
  };

  #detach(socket: WebSocket): void {
    this.#kernel.connections -= 1;
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#forget = setTimeout(this.end, KEEP_MS);
    this.#forget.unref();
  }

  #open = (): void => {
    const { connection } = this.#kernel;
    if (!connection || this.#client) return;
    const client = new KernelClient(connection, (channel, parts) => this.#deliver(channel, parts));
    this.#client = client;
    for (const { channel, parts } of this.#waiting) client.send(channel, parts);
    this.#waiting = [];
  };

  #hangUp = (): void => {
    this.#client?.close();
    this.#client = null;
  };

  #onPublish = (parts: Parts): void => this.#deliver('iopub', parts);

  #onMessage(socket: WebSocket, data: RawData, isBinary: boolean): void {
    try {
      const { channel, parts } = formatOf(socket).decode(data, isBinary);
      if (!isAskingChannel(channel)) return;
      if (this.#client) this.#client.send(channel, parts);
      else this.#waiting.push({ channel, parts });
    } catch (error) {
      socket.close(1007, (error as Error).message.slice(0, 120));
    }
  }

  #deliver(channel: Channel, parts: Parts): void {
    const socket = this.#socket;
    if (socket?.readyState !== 1) {
      this.#keep(channel, parts);
      return;
    }
    const data = encoded(socket, channel, parts);
    if (data !== null) socket.send(data);
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
  }

  /** Keeps a message for later. Of too many, the oldest output goes; states and replies stay. */
  #keep(channel: Channel, parts: Parts): void {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    this.#missed.push({ channel, parts, bytes });
    this.#missedBytes += bytes;
    while (this.#missedBytes > BUFFER_BYTES) {
      const oldest = this.#missed.findIndex(isOutput);
      if (oldest < 0) break;
      this.#missedBytes -= this.#missed[oldest]!.bytes;
      this.#missed.splice(oldest, 1);
    }
  }
}

function isOutput({ channel, parts }: Message): boolean {
  return channel === 'iopub' && headerOf(parts).msg_type !== 'status';
}

/** Null for what the JSON form cannot carry: a kernel whose content is not JSON. */
function encoded(socket: WebSocket, channel: Channel, parts: Parts): Buffer | string | null {
  try {
    return formatOf(socket).encode(channel, parts);
  } catch {
    return null;
  }
}

const formatOf = (socket: WebSocket) => (socket.protocol === V1 ? binaryFormat : jsonFormat);

/** The bridges of all sessions, found again when a page reconnects. */
export class ChannelHub {
  readonly #sessions = new Map<string, SessionChannels>();

  /** @param sessionId the page's own name for its connection; a reconnect gives the same */
  connect(kernel: Kernel, sessionId: string | null, socket: WebSocket): void {
    const key = `${kernel.id}/${sessionId ?? randomUUID()}`;
    let session = this.#sessions.get(key);
    if (!session) {
      session = new SessionChannels(kernel, () => this.#sessions.delete(key));
      this.#sessions.set(key, session);
    }
    session.attach(socket);
  }

  close(): void {
    for (const session of [...this.#sessions.values()]) session.end();
  }
}
