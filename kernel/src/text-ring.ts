const CAPACITY = 1 << 18; // words of 4 bytes: 1 MB
const WRITTEN = 0;
const READ = 1;
const HEADER_WORDS = 2;

/** Words before a record's text: bytes of text (or SKIP), origin, stream. */
const RECORD_WORDS = 3;
const SKIP = -1;

/** Longer text is written in pieces of so many UTF-16 code units, each at most three bytes. */
const PIECE = 1 << 14;

/** What was printed: where it belongs, on which stream. */
export interface Printed {
  origin: number;
  stream: number;
  text: string;
}

/**
 * Printed text on its way from the main thread to the protocol thread, in shared memory. A message
 * for each line would cost more than the printing; gathering lines on the main thread would hide
 * what a cell prints just before a long computation. The writer waits where the reader is behind,
 * so text printed without end takes no memory.
 *
 * Positions count words since the beginning and wrap at 32 bits.
 */
export class TextRing {
  readonly buffer: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;

  constructor(buffer = new SharedArrayBuffer((HEADER_WORDS + CAPACITY) * 4)) {
    this.buffer = buffer;
    this.#header = new Int32Array(buffer, 0, HEADER_WORDS);
    this.#words = new Int32Array(buffer, HEADER_WORDS * 4);
    this.#bytes = Buffer.from(buffer, HEADER_WORDS * 4);
  }

  /** How far has been written. */
  get position(): number {
    return Atomics.load(this.#header, WRITTEN);
  }

  /** Writer: adds text, waiting for room where there is none. */
  write(origin: number, stream: number, text: string): void {
    for (let start = 0; start < text.length; ) {
      let end = Math.min(start + PIECE, text.length);
      // Not between the halves of a character.
      if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
      this.#writePiece(origin, stream, text.slice(start, end));
      start = end;
    }
  }

  /** Reader: the next text, unless everything up to `until` has been read. */
  read(until = this.position): Printed | null {
    let read = Atomics.load(this.#header, READ);
    if (((until - read) | 0) <= 0) return null;
    let at = read & (CAPACITY - 1);
    if (this.#words[at] === SKIP) {
      read += CAPACITY - at;
      at = 0;
    }
    const length = this.#words[at]!;
    const start = (at + RECORD_WORDS) * 4;
    const printed = {
      origin: this.#words[at + 1]!,
      stream: this.#words[at + 2]!,
      text: this.#bytes.toString('utf8', start, start + length),
    };
    Atomics.store(this.#header, READ, (read + wordsFor(length)) | 0);
    Atomics.notify(this.#header, READ);
    return printed;
  }

  /** Reader: resolves when there is something to read. */
  async readable(): Promise<void> {
    const read = Atomics.load(this.#header, READ);
    await Atomics.waitAsync(this.#header, WRITTEN, read).value;
  }

  #writePiece(origin: number, stream: number, text: string): void {
    const most = wordsFor(text.length * 3);
    let written = Atomics.load(this.#header, WRITTEN);
    let at = written & (CAPACITY - 1);
    const skipped = at + most > CAPACITY ? CAPACITY - at : 0;
    this.#waitForRoom(written, skipped + most);
    if (skipped > 0) {
      this.#words[at] = SKIP;
      written += skipped;
      at = 0;
    }
    const length = this.#bytes.write(text, (at + RECORD_WORDS) * 4, 'utf8');
    this.#words.set([length, origin, stream], at);
    Atomics.store(this.#header, WRITTEN, (written + wordsFor(length)) | 0);
    Atomics.notify(this.#header, WRITTEN);
  }

  #waitForRoom(written: number, words: number): void {
    for (;;) {
      const read = Atomics.load(this.#header, READ);
      if (((written - read) | 0) + words <= CAPACITY) return;
      // An interrupt ends this wait as it ends any other.
      Atomics.wait(this.#header, READ, read);
    }
  }
}

function wordsFor(bytes: number): number {
  return RECORD_WORDS + Math.ceil(bytes / 4);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
