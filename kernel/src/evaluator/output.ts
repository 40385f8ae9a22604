import { AsyncLocalStorage } from 'node:async_hooks';
import type { TextRing } from '../text-ring.ts';
import { CHILDREN, type FromMain, STREAMS } from '../threads.ts';
import { toJson } from './display.ts';

/** A cell may print this many characters at full speed, then as many per second … */
const BURST = 1 << 23;
const RATE = 1 << 20;

/** … until it has printed so many: the rest is dropped, with a note. */
const LIMIT = 1 << 26;

/** Where output belongs: the request that caused it. */
export interface Origin {
  /** The number that the protocol thread has given to the request. */
  id: number;
  /** Characters printed so far. */
  printed: number;
  startedAt: number;
}

type StreamName = (typeof STREAMS)[number];

/** Everything user code says, on its way to the protocol thread, attributed to its cell. */
export class Output {
  /** Follows timers and promises, so that late output goes to the cell that started it. */
  readonly origin = new AsyncLocalStorage<Origin>();
  readonly #post: (message: FromMain) => void;
  readonly #ring: TextRing;
  readonly #pause = new Int32Array(new SharedArrayBuffer(4));
  #latest: Origin | null = null;

  constructor(post: (message: FromMain) => void, ring: TextRing) {
    this.#post = post;
    this.#ring = ring;
  }

  /** Runs `action` so that everything it says, now or later, belongs to a request. */
  attribute<Result>(id: number, action: () => Result): Result {
    this.#latest = { id, printed: 0, startedAt: performance.now() };
    return this.origin.run(this.#latest, action);
  }

  /** The cell that what is said now belongs to. */
  get current(): Origin | null {
    return this.origin.getStore() ?? this.#latest;
  }

  write(name: StreamName, text: string): void {
    const origin = this.current;
    if (!origin || text === '') return;
    const allowed = this.#allow(origin, text);
    this.#ring.write(origin.id, STREAMS.indexOf(name), allowed);
    if (origin.printed > BURST) this.#slowDown(origin);
  }

  publish(
    messageType: string,
    content: Record<string, unknown>,
    options: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] } = {},
  ): void {
    const origin = this.current;
    if (!origin) return;
    const { metadata = {}, buffers = [] } = options;
    const plain = toJson({ content, metadata });
    this.#post({ type: 'publish', origin: origin.id, messageType, ...plain, buffers });
  }

  /** A program that this cell has started prints into a pipe: its stream, where to read. */
  childStarted(stream: number, fd: number): void {
    const origin = this.current;
    if (origin) this.#ring.write(origin.id, CHILDREN, `${stream} ${fd}`);
  }

  /** What it has printed comes before what the cell prints from now on. */
  childEnded(): void {
    const origin = this.current;
    if (origin) this.#ring.write(origin.id, CHILDREN, 'ended');
  }

  #allow(origin: Origin, text: string): string {
    const before = origin.printed;
    origin.printed += text.length;
    if (origin.printed <= LIMIT) return text;
    if (before > LIMIT) return '';
    const note = `\n… This cell has printed ${LIMIT >> 20} MB; the rest is not shown.\n`;
    return text.slice(0, LIMIT - before) + note;
  }

  #slowDown({ printed, startedAt }: Origin): void {
    const seconds = (performance.now() - startedAt) / 1000;
    const ahead = (Math.min(printed, LIMIT) - BURST) / RATE - seconds;
    if (ahead > 0) Atomics.wait(this.#pause, 0, 0, ahead * 1000);
  }
}
