/**
 * Interrupts of a notebook's cells, where there is a notebook.
 *
 * An interrupt may break off whatever is computed at that moment, for good: V8 forgets the rest of
 * it, and a promise for it never settles. What waits for the work of others has to expect that.
 */

/** What a notebook's kernel tells. */
interface Interrupts {
  /** How many there have been. */
  count(): number;
  /** Whether one was meant for the cell that asks. */
  ofThisCell(): boolean;
}

const place = Symbol.for('Jupyter.interrupts');

function interrupts(): Interrupts | undefined {
  return (globalThis as { [place]?: Interrupts })[place];
}

/** Whether the reader has stopped the cell that this code runs for. */
export function isInterrupted(): boolean {
  return interrupts()?.ofThisCell() ?? false;
}

/** Something that is the case while a function runs; also an interrupt, which skips `finally`, ends it. */
export class Mode {
  #isOn = false;
  #since = interrupts()?.count();

  get isOn(): boolean {
    return this.#isOn && this.#since === interrupts()?.count();
  }

  /** Runs `f`, which must not be async, in this mode. */
  during<R>(f: () => R): R {
    const before = this.isOn;
    this.#isOn = true;
    this.#since = interrupts()?.count();
    try {
      return f();
    } finally {
      this.#isOn = before;
    }
  }
}

/** Work that several may wait for. */
export class Work<T> {
  readonly promise: Promise<T>;
  readonly #begun = interrupts()?.count();
  #isSettled = false;

  constructor(promise: Promise<T>) {
    this.promise = promise;
    const settle = () => {
      this.#isSettled = true;
    };
    promise.then(settle, settle);
  }

  /** Whether it may never come to an end, so that who needs it should begin anew. */
  get mayBeLost(): boolean {
    return !this.#isSettled && this.#begun !== interrupts()?.count();
  }
}
