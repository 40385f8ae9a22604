import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { type Header, type Message, PROTOCOL_VERSION } from './messages.ts';

const DELIMITER = '<IDS|MSG>';
const ALGORITHMS: Record<string, string> = { 'hmac-sha256': 'sha256', 'hmac-sha512': 'sha512' };

/** A signature is remembered for so many later messages; JSON parts may have so many bytes. */
const REMEMBERED = 1 << 16;
const LARGEST = 1 << 26;

/** A message as it arrives on a ROUTER socket: with the route its answer has to take. */
export interface Received {
  identities: Uint8Array[];
  message: Message;
}

/** What can be wrong with a received message; the receiver drops it and may log why. */
export class WireError extends Error {
  override name = 'WireError';
}

/** Signs, serialises and parses the ZeroMQ frames of one session's messages. */
export class Wire {
  readonly session: string;
  readonly #key: string;
  readonly #algorithm: string;
  readonly #username: string;
  readonly #seen = new Set<string>();

  /** @param scheme the connection file's `signature_scheme` */
  constructor(key: string, options: { scheme?: string; session?: string; username?: string } = {}) {
    const scheme = options.scheme ?? 'hmac-sha256';
    const algorithm = ALGORITHMS[scheme];
    if (!algorithm) throw new WireError(`Unknown signature scheme '${scheme}'.`);
    this.#key = key;
    this.#algorithm = algorithm;
    this.#username = options.username ?? 'lectern';
    this.session = options.session ?? randomUUID();
  }

  /** A new message of this session. */
  message<Content>(
    type: string,
    content: Content,
    options: {
      parent?: Header | undefined;
      metadata?: Record<string, unknown> | undefined;
      buffers?: Uint8Array[] | undefined;
    } = {},
  ): Message<Content> {
    return {
      header: {
        msg_id: randomUUID(),
        session: this.session,
        username: this.#username,
        date: new Date().toISOString(),
        msg_type: type,
        version: PROTOCOL_VERSION,
      },
      parent_header: options.parent ?? {},
      metadata: options.metadata ?? {},
      content,
      buffers: options.buffers ?? [],
    };
  }

  /** Frames: identities (or a topic), delimiter, signature, four JSON parts, buffers. */
  serialise(
    message: Message<unknown>,
    identities: readonly (Uint8Array | string)[] = [],
  ): (Uint8Array | string)[] {
    const parts = [message.header, message.parent_header, message.metadata, message.content].map(
      (part) => JSON.stringify(part),
    );
    return [...identities, DELIMITER, this.sign(parts), ...parts, ...message.buffers];
  }

  /**
   * Every message is accepted once: who only overhears one cannot have it done again.
   *
   * @throws WireError where frames are missing, the signature is wrong or known already, or a part
   *   is too large or no JSON object
   */
  parse(frames: readonly Uint8Array[]): Received {
    const at = frames.findIndex((frame) => Buffer.from(frame).toString('latin1') === DELIMITER);
    if (at < 0 || frames.length < at + 6) throw new WireError('Not a Jupyter message.');
    const parts = frames.slice(at + 2, at + 6);
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    if (size > LARGEST) {
      throw new WireError(`A message has ${size} bytes of JSON; at most ${LARGEST} are read.`);
    }
    this.#verify(frames[at + 1]!, parts);
    const [header, parent_header, metadata, content] = parts.map(parseObject) as [
      Message['header'],
      Message['parent_header'],
      Message['metadata'],
      Message['content'],
    ];
    if (typeof header.msg_id !== 'string' || typeof header.msg_type !== 'string') {
      throw new WireError('The header of a message lacks its msg_id or msg_type.');
    }
    return {
      identities: frames.slice(0, at),
      message: { header, parent_header, metadata, content, buffers: frames.slice(at + 6) },
    };
  }

  /** Hexadecimal HMAC over the parts in order; empty where the connection has no key. */
  sign(parts: readonly (Uint8Array | string)[]): string {
    if (this.#key === '') return '';
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  #verify(signature: Uint8Array, parts: readonly Uint8Array[]): void {
    if (this.#key === '') return;
    const expected = Buffer.from(this.sign(parts), 'latin1');
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new WireError('The signature of a message does not match the connection key.');
    }
    const text = expected.toString('latin1');
    if (this.#seen.has(text)) throw new WireError('A message has come a second time.');
    this.#seen.add(text);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value!);
  }
}

function parseObject(part: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part).toString('utf8'));
  } catch {
    throw new WireError('A part of the message is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WireError('A part of the message is not a JSON object.');
  }
  return value as Record<string, unknown>;
}
