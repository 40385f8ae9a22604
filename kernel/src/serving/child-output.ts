import { closeSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Printed } from '../text-ring.ts';
import { STREAMS } from '../threads.ts';

/** How often to read, ms. A pipe holds 64 KB, so this is also what bounds a runaway program. */
const INTERVAL = 20;
const CHUNK = 1 << 16;
const LAST_CHUNKS = 4;

/** A program's text beyond this is read but not shown: characters. */
const LIMIT = 1 << 24;

interface Pipe {
  fd: number;
  origin: number;
  name: (typeof STREAMS)[number];
  decoder: StringDecoder;
  printed: number;
}

/**
 * What programs print that a cell has started with the kernel's own output as theirs. Main opens
 * the pipes (`evaluator/children.ts`); they are read here, because main may be waiting for the
 * program.
 */
export class ChildOutput {
  readonly #print: (origin: number, name: string, text: string) => void;
  readonly #pipes = new Set<Pipe>();
  readonly #buffer = Buffer.alloc(CHUNK);
  #timer: NodeJS.Timeout | undefined;

  constructor(print: (origin: number, name: string, text: string) => void) {
    this.#print = print;
  }

  /**
   * Heeds a note of main's among the printed text: a new pipe (its stream and file descriptor), or
   * that a program has ended and its last words are wanted now.
   *
   * @param before is called before each later look at the pipes
   */
  heed({ origin, text }: Printed, before: () => void): void {
    const [stream, fd] = text.split(' ').map(Number);
    if (fd === undefined) {
      this.#drain();
      return;
    }
    const name = STREAMS[stream!]!;
    this.#pipes.add({ fd, origin, name, decoder: new StringDecoder(), printed: 0 });
    this.#timer ??= setInterval(() => {
      before();
      for (const pipe of this.#pipes) this.#read(pipe);
    }, INTERVAL);
  }

  #drain(): void {
    for (const pipe of this.#pipes) {
      // All that an ended program has left fits into its pipe; another may be printing for ever.
      for (let i = 0; i < LAST_CHUNKS && this.#read(pipe); i++);
    }
  }

  /** Whether there may be more at once. */
  #read(pipe: Pipe): boolean {
    const { fd, origin, name, decoder } = pipe;
    let length: number;
    try {
      length = readSync(fd, this.#buffer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
      length = 0;
    }
    const text = length > 0 ? decoder.write(this.#buffer.subarray(0, length)) : decoder.end();
    this.#print(origin, name, this.#allow(pipe, text));
    if (length > 0) return true;
    this.#close(pipe);
    return false;
  }

  #allow(pipe: Pipe, text: string): string {
    const before = pipe.printed;
    pipe.printed += text.length;
    if (pipe.printed <= LIMIT) return text;
    return before > LIMIT
      ? ''
      : `\n… This program has printed ${LIMIT >> 20} MB. What follows is not shown.\n`;
  }

  #close(pipe: Pipe): void {
    const dropped = pipe.printed - LIMIT;
    if (dropped > 0) {
      const count = dropped.toLocaleString('en');
      this.#print(pipe.origin, pipe.name, `… ${count} characters were not shown.\n`);
    }
    closeSync(pipe.fd);
    this.#pipes.delete(pipe);
    if (this.#pipes.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
