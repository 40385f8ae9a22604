import { randomUUID, timingSafeEqual } from 'node:crypto';
import { type Header, PROTOCOL_VERSION, type Wire } from '@lectern/kernel/protocol';

/**
 * A message as the server passes it on: header, parent header, metadata and content as JSON text,
 * then buffers. The server adds or checks the signature and leaves the rest unread.
 */
export type Parts = Buffer[];

const DELIMITER = Buffer.from('<IDS|MSG>');

/** Puts delimiter and signature before the parts, as they go over ZeroMQ. */
export function pack(wire: Wire, parts: Parts): Buffer[] {
  return [DELIMITER, signature(wire, parts), ...parts];
}

/** The parts of a message that came over ZeroMQ; null where it is malformed or not signed by us. */
export function unpack(wire: Wire, frames: Buffer[]): Parts | null {
  const start = frames.findIndex((frame) => frame.equals(DELIMITER));
  const signed = frames[start + 1];
  const parts = frames.slice(start + 2);
  if (start < 0 || !signed || parts.length < 4) return null;
  const expected = signature(wire, parts);
  if (signed.length !== expected.length || !timingSafeEqual(signed, expected)) return null;
  return parsed(parts[0]!)?.msg_type === undefined ? null : parts;
}

/** A message of the server's own. */
export function newMessage(type: string, content: object, session: string): Parts {
  const header: Header = {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: 'server',
    date: new Date().toISOString(),
    version: PROTOCOL_VERSION,
  };
  return [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
}

/** Of a message that `unpack` has let through or that we made. */
export function headerOf(parts: Parts): Header {
  return JSON.parse(parts[0]!.toString());
}

/** Empty where the content is no JSON object; whoever is addressed will find out. */
export function contentOf(parts: Parts): Record<string, unknown> {
  return parsed(parts[3]!) ?? {};
}

function parsed(part: Buffer): Record<string, unknown> | null {
  try {
    return JSON.parse(part.toString());
  } catch {
    return null;
  }
}

function signature(wire: Wire, parts: Parts): Buffer {
  return Buffer.from(wire.sign(parts.slice(0, 4)));
}
