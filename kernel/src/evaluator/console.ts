import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { STREAMS } from '../threads.ts';
import type { Origin, Output } from './output.ts';

type StreamName = (typeof STREAMS)[number];
type Written = (error?: Error | null) => void;

/** What stands in the place of `process.stdout` and `process.stderr`. Never ends. */
class CellStream extends Writable {
  readonly fd: number;
  readonly #output: Output;
  readonly #name: StreamName;
  /** Bytes may come in pieces that end within a character. */
  #decoder = new StringDecoder();
  #origin: Origin | null = null;

  constructor(output: Output, name: StreamName) {
    super({ emitClose: false });
    this.#output = output;
    this.#name = name;
    this.fd = 1 + STREAMS.indexOf(name);
  }

  /**
   * Writes at once, so that the order of all that is printed stays; and keeps no state, which an
   * interrupt could leave in disorder.
   */
  override write(
    chunk: unknown,
    encoding?: BufferEncoding | Written | null,
    callback?: Written,
  ): boolean {
    const written = typeof encoding === 'function' ? encoding : callback;
    this.#output.write(this.#name, this.#text(chunk, encoding));
    if (written) process.nextTick(written, null);
    return true;
  }

  /** As Node has it: whoever waits for the end is told so, but a process's streams stay open. */
  override end(...args: unknown[]): this {
    const [chunk] = args;
    const callback = args.find((arg) => typeof arg === 'function') as (() => void) | undefined;
    if (chunk !== undefined && chunk !== null && chunk !== callback) {
      this.write(chunk, typeof args[1] === 'string' ? (args[1] as BufferEncoding) : null);
    }
    if (callback) this.once('finish', callback);
    process.nextTick(() => this.emit('finish'));
    return this;
  }

  override destroy(): this {
    return this;
  }

  #text(chunk: unknown, encoding: unknown): string {
    if (typeof chunk === 'string' && (!encoding || !isBinary(encoding))) return chunk;
    let bytes: Buffer;
    if (typeof chunk === 'string') bytes = Buffer.from(chunk, encoding as BufferEncoding);
    else if (ArrayBuffer.isView(chunk)) {
      bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    } else {
      throw new TypeError(
        `process.${this.#name}.write takes text or bytes, not ${chunk === null ? 'null' : `a value of type ${typeof chunk}`}.`,
      );
    }
    const origin = this.#output.current;
    if (origin !== this.#origin) this.#decoder = new StringDecoder();
    this.#origin = origin;
    return this.#decoder.write(bytes);
  }
}

function isBinary(encoding: unknown): boolean {
  return typeof encoding === 'string' && !/^utf-?8$/i.test(encoding);
}

/** Sends `console` and the process's streams through `output`. */
export function redirectConsole(output: Output): void {
  globalThis.console = createConsole(output);
  for (const name of STREAMS) {
    const stream = new CellStream(output, name);
    Object.defineProperty(process, name, { configurable: true, enumerable: true, value: stream });
  }
}

/** Not the inspector's own console, which keeps every printed object alive. */
function createConsole(output: Output): Console {
  const indentations = new WeakMap<Origin, string>();
  const stream = (name: StreamName) => {
    const write = (text: string) => {
      const indentation = output.current && indentations.get(output.current);
      output.write(name, indentation ? indent(text, indentation) : text);
    };
    return { write } as unknown as NodeJS.WritableStream;
  };
  const made = new Console({
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    colorMode: false,
    ignoreErrors: false, // our streams have none, and looking for them takes time
  });
  // Groups belong to the cell that opens them: an open one does not indent the next cell.
  const group = (...label: unknown[]) => {
    if (label.length > 0) made.log(...label);
    const { current } = output;
    if (current) indentations.set(current, `${indentations.get(current) ?? ''}  `);
  };
  const groupEnd = () => {
    const { current } = output;
    if (current) indentations.set(current, indentations.get(current)?.slice(2) ?? '');
  };
  const clear = () => output.publish('clear_output', { wait: false });
  // What only the inspector heeds.
  const nothing = () => {};
  const inspector = { profile: nothing, profileEnd: nothing, timeStamp: nothing };
  return Object.assign(made, {
    group,
    groupCollapsed: group,
    groupEnd,
    clear,
    ...inspector,
    Console,
  });
}

function indent(text: string, indentation: string): string {
  return indentation + text.slice(0, -1).replaceAll('\n', `\n${indentation}`) + text.slice(-1);
}
