import type { Socket } from 'node:net';
import v8 from 'node:v8';

const LENGTH_BYTES = 4;

/** Values over a socket, each behind its length in bytes. */
export class Frames {
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, receive: (value: unknown) => void) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
      for (let value = this.#take(); value; value = this.#take()) receive(v8.deserialize(value));
    });
  }

  send(value: unknown): void {
    const body = v8.serialize(value);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(body.length);
    this.#socket.cork();
    this.#socket.write(length);
    this.#socket.write(body);
    this.#socket.uncork();
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(): Buffer | null {
    if (this.#pending.length < LENGTH_BYTES) return null;
    const end = LENGTH_BYTES + this.#pending.readUInt32LE();
    if (this.#pending.length < end) return null;
    const body = this.#pending.subarray(LENGTH_BYTES, end);
    this.#pending = this.#pending.subarray(end);
    return body;
  }
}
