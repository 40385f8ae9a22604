/**
 * Frames on a byte stream: total length (u32, little-endian), length of the JSON (u32), the JSON, then the blobs.
 * The JSON is `{ message, blobs: [length, …] }`.
 */

/** The largest frame that is read; a longer one ends the conversation. */
const MAX_FRAME = 48 * 1024 * 1024;
/** The longest JSON in it: parsing takes time, which the harness must not lose. */
const MAX_JSON = 16 * 1024 * 1024;
const HEADER = 8;

/** A message as it travels: JSON with the bytes that it points into. */
export type Frame = { message: unknown; blobs: Uint8Array[] };

export function writeFrame(frame: Frame): Uint8Array {
  const lengths = frame.blobs.map((blob) => blob.length);
  const json = Buffer.from(JSON.stringify({ message: frame.message, blobs: lengths }));
  const total = HEADER + json.length + lengths.reduce((sum, length) => sum + length, 0);
  if (total > MAX_FRAME) throw new Error(`A frame of ${total} bytes is too long.`);
  const bytes = Buffer.allocUnsafe(total);
  bytes.writeUInt32LE(total, 0);
  bytes.writeUInt32LE(json.length, 4);
  bytes.set(json, HEADER);
  let offset = HEADER + json.length;
  for (const blob of frame.blobs) {
    bytes.set(blob, offset);
    offset += blob.length;
  }
  return bytes;
}

/** The length of the frame that starts with these bytes. @throws Error where no frame starts so */
export function frameLength(header: Uint8Array): number {
  const total = Buffer.from(header.buffer, header.byteOffset, header.length).readUInt32LE(0);
  if (total < HEADER || total > MAX_FRAME) throw new Error('Not a frame.');
  return total;
}

/** Takes a whole frame apart. @throws Error for bytes that are no frame */
export function readFrame(bytes: Uint8Array): Frame {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let offset = HEADER + buffer.readUInt32LE(4);
  if (offset > buffer.length || offset > MAX_JSON) throw new Error('Not a frame.');
  const parsed: unknown = JSON.parse(buffer.toString('utf8', HEADER, offset));
  if (typeof parsed !== 'object' || parsed === null) throw new Error('Not a frame.');
  const { message, blobs } = parsed as { message?: unknown; blobs?: unknown };
  if (!Array.isArray(blobs)) throw new Error('Not a frame.');
  const parts = blobs.map((length: unknown) => {
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 0) {
      throw new Error('Not a frame.');
    }
    const part = buffer.subarray(offset, offset + length);
    offset += length;
    return part;
  });
  if (offset !== buffer.length) throw new Error('Not a frame.');
  return { message, blobs: parts };
}

/** Cuts a stream of bytes into frames, holding no more than one unfinished frame. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #held = 0;

  /** The frames that these bytes complete. @throws Error where the stream is not made of frames */
  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const frames: Frame[] = [];
    while (this.#held >= HEADER) {
      const total = frameLength(this.#peek());
      if (this.#held < total) break;
      const bytes = this.#join();
      frames.push(readFrame(bytes.subarray(0, total)));
      this.#chunks = [bytes.subarray(total)];
      this.#held -= total;
    }
    return frames;
  }

  #peek(): Uint8Array {
    const first = this.#chunks[0]!;
    return first.length >= HEADER ? first : this.#join();
  }

  #join(): Uint8Array {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }
}
