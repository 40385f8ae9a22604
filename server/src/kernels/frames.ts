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
  return parts;
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

export function headerOf(parts: Parts): Header {
  return JSON.parse(parts[0]!.toString());
}

export function contentOf(parts: Parts): Record<string, unknown> {
  return JSON.parse(parts[3]!.toString());
}

function signature(wire: Wire, parts: Parts): Buffer {
  return Buffer.from(wire.sign(parts.slice(0, 4)));
}
