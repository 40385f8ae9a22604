import type { Channel } from '@lectern/kernel/protocol';
import type { RawData } from 'ws';
import { RequestError } from '../errors.ts';
import type { Parts } from './frames.ts';

/** The newer form of kernel messages over a WebSocket; without it clients speak the JSON form. */
export const V1 = 'v1.kernel.websocket.jupyter.org';

/** A kernel message as it goes over a WebSocket, in one of the two forms. */
export interface WireFormat {
  encode(channel: Channel, parts: Parts): Buffer | string;
  /** @throws RequestError bad-request for what is no message */
  decode(data: RawData, isBinary: boolean): { channel: string; parts: Parts };
}

/**
 * Binary: a table of little-endian 64-bit offsets (its length, the offsets of the parts, the end),
 * then channel, header, parent header, metadata, content and buffers, as ZeroMQ carries them.
 */
export const binaryFormat: WireFormat = {
  encode(channel, parts) {
    const all = [Buffer.from(channel), ...parts];
    const table = Buffer.alloc(8 * (all.length + 2));
    table.writeBigUInt64LE(BigInt(all.length + 1), 0);
    let offset = table.length;
    for (const [index, part] of all.entries()) {
      table.writeBigUInt64LE(BigInt(offset), 8 * (index + 1));
      offset += part.length;
    }
    table.writeBigUInt64LE(BigInt(offset), 8 * (all.length + 1));
    return Buffer.concat([table, ...all]);
  },

  decode(data) {
    const bytes = toBuffer(data);
    return guarded(() => {
      const count = Number(bytes.readBigUInt64LE(0));
      if (count > bytes.length / 8) throw new RangeError('offset table longer than the message');
      const offsets = Array.from({ length: count }, (_, index) =>
        Number(bytes.readBigUInt64LE(8 * (index + 1))),
      );
      const [channel, ...parts] = slices(bytes, offsets);
      if (!channel || parts.length < 4) throw new RangeError('too few parts');
      return { channel: channel.toString(), parts };
    });
  },
};

/**
 * JSON text; where there are buffers, binary: a table of big-endian 32-bit numbers (how many parts,
 * then their offsets), the JSON, the buffers.
 */
export const jsonFormat: WireFormat = {
  encode(channel, [header, parent, metadata, content, ...buffers]) {
    const message = JSON.parse(
      `{"header":${header},"parent_header":${parent},"metadata":${metadata},"content":${content}}`,
    );
    const { msg_id, msg_type } = message.header;
    const json = JSON.stringify({ ...message, channel, msg_id, msg_type, buffers: [] });
    if (buffers.length === 0) return json;
    const all = [Buffer.from(json), ...buffers];
    const table = Buffer.alloc(4 * (all.length + 1));
    table.writeUInt32BE(all.length, 0);
    let offset = table.length;
    for (const [index, part] of all.entries()) {
      table.writeUInt32BE(offset, 4 * (index + 1));
      offset += part.length;
    }
    return Buffer.concat([table, ...all]);
  },

  decode(data, isBinary) {
    const bytes = toBuffer(data);
    return guarded(() => {
      const [json, ...buffers] = isBinary ? splitBinary(bytes) : [bytes];
      const message = JSON.parse(json!.toString());
      const { channel, header, parent_header, metadata, content } = message;
      if (typeof channel !== 'string' || !header) throw new RangeError('no channel or no header');
      const parts = [header, parent_header, metadata, content].map((part) =>
        Buffer.from(JSON.stringify(part ?? {})),
      );
      return { channel, parts: [...parts, ...buffers] };
    });
  },
};

function splitBinary(bytes: Buffer): Buffer[] {
  const count = bytes.readUInt32BE(0);
  if (count > bytes.length / 4) throw new RangeError('offset table longer than the message');
  const offsets = Array.from({ length: count }, (_, index) => bytes.readUInt32BE(4 * (index + 1)));
  return slices(bytes, [...offsets, bytes.length]);
}

function slices(bytes: Buffer, offsets: number[]): Buffer[] {
  return offsets.slice(1).map((end, index) => {
    const start = offsets[index]!;
    if (start > end || end > bytes.length) throw new RangeError('offsets out of order');
    return bytes.subarray(start, end);
  });
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function guarded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const reason = (error as Error).message;
    throw new RequestError('bad-request', `Not a kernel message: ${reason}.`);
  }
}
