import { AsyncLocalStorage } from 'node:async_hooks';
import type { TextRing } from '../text-ring.ts';
import { CHILDREN, type FromMain, STREAMS } from '../threads.ts';
import { jsonText } from './display.ts';

/** A cell may print this many characters at full speed, then as many per second … */
const BURST = 1 << 23;
const RATE = 1 << 20;

/** … until it has printed so many. Of what follows only the end is shown, when the cell ends. */
const LIMIT = 1 << 24;
const TAIL = 2000;

/**
 * What is shown instead of printed waits likewise: so many bytes go at full speed, then as many per
 * second, and each message counts as so many at least. Nothing of it is dropped.
 */
const SHOWN_BURST = 1 << 26;
const SHOWN_RATE = 1 << 24;
const SHOWN_LEAST = 1 << 15;

/** Where output belongs: the request that caused it. */
export interface Origin {
  /** The number that the protocol thread has given to the request. */
  id: number;
  /** Characters printed so far. */
  printed: number;
  startedAt: number;
  /** The end of what was not shown. */
  tail: string;
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
  #allowance = SHOWN_BURST;
  #spentAt = performance.now();
  /** Has something done just before the end of the cell that asks. */
  beforeEnd: (action: () => void) => void = () => {};

  constructor(post: (message: FromMain) => void, ring: TextRing) {
    this.#post = post;
    this.#ring = ring;
  }

  /** Runs `action` so that everything it says, now or later, belongs to a request. */
  attribute<Result>(id: number, action: () => Result): Result {
    this.#latest = { id, printed: 0, startedAt: performance.now(), tail: '' };
    return this.origin.run(this.#latest, action);
  }

  /** The cell that what is said now belongs to. */
  get current(): Origin | null {
    return this.origin.getStore() ?? this.#latest;
  }

  write(name: StreamName, text: string): void {
    const origin = this.current;
    if (!origin || text === '') return;
    const allowed = this.#allow(origin, name, text);
    this.#ring.write(origin.id, STREAMS.indexOf(name), allowed);
    if (origin.printed > BURST && origin.printed <= LIMIT) this.#slowDown(origin);
  }

  publish(
    messageType: string,
    content: Record<string, unknown>,
    options: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] } = {},
  ): void {
    const origin = this.current;
    if (!origin) return;
    const { metadata = {}, buffers = [] } = options;
    const text = jsonText({ content, metadata });
    this.#post({ type: 'publish', origin: origin.id, messageType, ...JSON.parse(text), buffers });
    const size = buffers.reduce((sum, { byteLength }) => sum + byteLength, text.length);
    this.#spend(Math.max(size, SHOWN_LEAST));
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

  #allow(origin: Origin, name: StreamName, text: string): string {
    const before = origin.printed;
    origin.printed += text.length;
    if (origin.printed <= LIMIT) return text;
    origin.tail = (origin.tail + text.slice(-TAIL)).slice(-TAIL);
    if (before > LIMIT) return '';
    this.beforeEnd(() => this.#tellDropped(origin, name));
    const note = `\n… This cell has printed ${LIMIT >> 20} MB. What follows is not shown.\n`;
    return text.slice(0, LIMIT - before) + note;
  }

  #tellDropped({ id, printed, tail }: Origin, name: StreamName): void {
    const dropped = `${(printed - LIMIT - tail.length).toLocaleString('en')} characters`;
    const end = tail.slice(tail.indexOf('\n') + 1);
    this.#ring.write(id, STREAMS.indexOf(name), `… ${dropped} were not shown. The end:\n${end}`);
  }

  #slowDown({ printed, startedAt }: Origin): void {
    const seconds = (performance.now() - startedAt) / 1000;
    this.#wait((printed - BURST) / RATE - seconds);
  }

  /** A bucket that fills with time: who has emptied it waits. */
  #spend(size: number): void {
    const now = performance.now();
    const filled = ((now - this.#spentAt) / 1000) * SHOWN_RATE;
    this.#allowance = Math.min(SHOWN_BURST, this.#allowance + filled) - size;
    this.#spentAt = now;
    this.#wait(-this.#allowance / SHOWN_RATE);
  }

  /** An interrupt ends this as it ends any other wait. */
  #wait(seconds: number): void {
    if (seconds > 0) Atomics.wait(this.#pause, 0, 0, seconds * 1000);
  }
}
