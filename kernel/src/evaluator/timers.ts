type Callback = (...args: unknown[]) => unknown;
type Start = (callback: Callback, ...rest: unknown[]) => NodeJS.Timeout | NodeJS.Immediate;

/** What timers ask about the cell to which they belong. */
export interface TimerHost {
  wasInterrupted(): boolean;
  /** Thrown instead of starting a timer for an interrupted cell. */
  interruption(): Error;
  /** Tells the cell to which the calling timer belongs that it was stopped. */
  stopped(): void;
}

const { apply } = Reflect;

/**
 * Timers that an interrupt can end. An interrupted cell's intervals stop and it starts no new
 * timers; what it waits for at that moment still comes, so that its `finally` blocks run.
 */
export class Timers {
  readonly #host: TimerHost;
  /** How often all timers were stopped. */
  #generation = 0;
  /** The timer whose callback is running, or was when it was terminated. */
  #running: NodeJS.Timeout | NodeJS.Immediate | null = null;

  constructor(host: TimerHost) {
    this.#host = host;
  }

  /**
   * Puts them in the place of the global ones. Those of the module `node:timers` stay: Node itself
   * uses them, and they must not throw.
   */
  install(): void {
    for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
      const original = globalThis[name];
      const wrapped = this.#wrap(original as Start, name === 'setInterval');
      // `setTimeout[util.promisify.custom]` among them.
      Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
      const { enumerable } = Object.getOwnPropertyDescriptor(globalThis, name)!;
      const property = {
        value: wrapped,
        writable: true,
        configurable: true,
        enumerable: enumerable!,
      };
      Object.defineProperty(globalThis, name, property);
    }
  }

  /** All timers of all cells end when their time comes, without being run. */
  stopAll(): void {
    this.#generation++;
  }

  /** A timer whose callback had to be terminated shall not come again. */
  endTerminated(): void {
    this.#running?.[Symbol.dispose]();
    this.#running = null;
  }

  #wrap(start: Start, repeats: boolean): Start {
    return (callback, ...rest) => {
      // Node knows best what to say.
      if (typeof callback !== 'function') return start(callback, ...rest);
      if (this.#host.wasInterrupted()) throw this.#host.interruption();
      const generation = this.#generation;
      const run = (context: unknown, args: unknown[]) => {
        const isOld = generation !== this.#generation;
        if (isOld || (repeats && this.#host.wasInterrupted())) {
          timer[Symbol.dispose]();
          if (isOld) this.#host.stopped();
          return;
        }
        this.#running = timer;
        try {
          apply(callback, context, args);
        } finally {
          // Not reached where the callback is terminated.
          this.#running = null;
        }
      };
      const timer = start(
        function (this: unknown, ...args) {
          run(this, args);
        },
        ...rest,
      );
      return timer;
    };
  }
}
