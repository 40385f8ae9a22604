import { AsyncLocalStorage } from 'node:async_hooks';
import { Console } from 'node:console';
import type { Header } from '../protocol/index.ts';
import type { FromMain } from '../threads.ts';

/** Printed text gathers for this long, ms, or up to this many characters. */
const DELAY = 10;
const SIZE = 1 << 16;

/** Printed text that may be on its way to the clients; above it, printing waits. */
const BACKLOG = 1 << 22;

/** A cell may print this many characters at full speed, then as many per second … */
const BURST = 1 << 23;
const RATE = 1 << 20;

/** … until it has printed so many: the rest is dropped, with a note. */
const LIMIT = 1 << 26;

/** Where output belongs: the message that caused it. */
export interface Origin {
  header: Header;
  /** Characters printed so far. */
  printed: number;
  startedAt: number;
}

type StreamName = 'stdout' | 'stderr';

/** Everything user code says, on its way to the protocol thread, attributed to its cell. */
export class Output {
  /** Follows timers and promises, so that late output goes to the cell that started it. */
  readonly origin = new AsyncLocalStorage<Origin>();
  readonly #post: (message: FromMain) => void;
  readonly #backlog: Int32Array;
  #latest: Origin | null = null;
  #gathered: { origin: Origin; name: StreamName; text: string; since: number } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(post: (message: FromMain) => void, backlog: Int32Array) {
    this.#post = post;
    this.#backlog = backlog;
  }

  /** Runs `action` so that everything it says, now or later, belongs to a message. */
  attribute<Result>(header: Header, action: () => Result): Result {
    this.#latest = { header, printed: 0, startedAt: performance.now() };
    return this.origin.run(this.#latest, action);
  }

  write(name: StreamName, text: string, origin = this.#current()): void {
    if (!origin || text === '') return;
    const allowed = this.#allow(origin, text);
    if (allowed === '') return;
    const gathered = this.#gathered;
    if (gathered && (gathered.name !== name || gathered.origin !== origin)) this.flush();
    this.#gathered ??= { origin, name, text: '', since: performance.now() };
    this.#gathered.text += allowed;
    // A busy cell lets no timer run, so the age is looked at here, too.
    const old = performance.now() - this.#gathered.since > DELAY;
    if (old || this.#gathered.text.length >= SIZE) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), DELAY).unref();
  }

  publish(
    messageType: string,
    content: Record<string, unknown>,
    options: { metadata?: Record<string, unknown>; buffers?: Uint8Array[]; origin?: Origin } = {},
  ): void {
    this.flush();
    const { origin = this.#current(), ...rest } = options;
    if (origin) {
      this.#post({ type: 'publish', parent: origin.header, messageType, content, ...rest });
    }
  }

  /** Sends what has gathered; waits where the clients are too slow for what a cell prints. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const gathered = this.#gathered;
    if (!gathered) return;
    this.#gathered = null;
    const { origin, name, text } = gathered;
    const backlog = Atomics.add(this.#backlog, 0, text.length) + text.length;
    this.#post({ type: 'stream', parent: origin.header, name, text });
    // An interrupt ends these waits, as it ends any other.
    if (backlog > BACKLOG) Atomics.wait(this.#backlog, 0, backlog, 1000);
    const seconds = (performance.now() - origin.startedAt) / 1000;
    const ahead = (origin.printed - BURST) / RATE - seconds;
    if (ahead > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ahead * 1000);
  }

  #current(): Origin | null {
    return this.origin.getStore() ?? this.#latest;
  }

  #allow(origin: Origin, text: string): string {
    const before = origin.printed;
    origin.printed += text.length;
    if (origin.printed <= LIMIT) return text;
    if (before > LIMIT) return '';
    return `${text.slice(0, LIMIT - before)}\n… This cell has printed ${LIMIT >> 20} MB; the rest is not shown.\n`;
  }
}

/** Sends `console` and the process's streams through `output`. */
export function redirectConsole(output: Output): void {
  const stream = (name: StreamName) =>
    ({ write: (text: string) => output.write(name, text) }) as unknown as NodeJS.WritableStream;
  // Not the inspector's own console, which keeps every printed object alive.
  globalThis.console = new Console({
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    colorMode: false,
    ignoreErrors: false, // our streams have none, and looking for them takes time
  });
  for (const name of ['stdout', 'stderr'] as const) {
    const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      output.write(name, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      const callback = rest.find((argument) => typeof argument === 'function');
      if (callback) process.nextTick(callback as () => void);
      return true;
    };
    process[name].write = write as typeof process.stdout.write;
  }
}
