import { decode } from '../channel/decode.ts';
import { encode, type Sender } from '../channel/encode.ts';
import { MAX_PRINTED } from '../channel/messages.ts';
import { ChannelError, type Parcel } from '../channel/values.ts';
import { LIMITS_OF_ANSWER } from '../sandbox/limits.ts';
import { type CallbackMade, type Handlers, WorkerGone } from '../sandbox/worker.ts';
import type { CompiledAnswer } from '../slicing/compile.ts';
import type { CallOutcome, LoadedAnswer, Loading } from './answer.ts';
import { describeTensor, receiver } from './tensors.ts';

/** One call of the answer that a test made, for messages and for comparing with known mistakes. */
export type RecordedCall = {
  /** A declared name, or the number of a function that an earlier call handed out. */
  target: string | number;
  args: Parcel;
  /** Functions among the arguments, by number. */
  functions: Map<number, AnyFunction>;
  outcome: CallOutcome | null;
  /** Whether the test waited for the result. */
  awaited: boolean;
};

export type AnyFunction = (...args: unknown[]) => unknown;

/** What the answer threw, as the test sees it; `line` is the student's. */
export class AnswerThrew extends Error {
  readonly line: number | null;
  /** ` (line 3 of your cell)`, or nothing. */
  readonly place: string;

  constructor(name: string, message: string, origin: Origin | null) {
    super(message);
    this.name = name;
    this.line = origin?.own ? origin.line : null;
    const cell = origin?.own ? 'your cell' : `cell ${origin?.cell}`;
    this.place = origin ? ` (line ${origin.line} of ${cell})` : '';
    this.stack = `${name}: ${message}`; // our own frames say nothing about the answer
  }
}

/** There is no result, and no test may count that as a success. */
class NoResult extends Error {
  override name = 'NoResult';
}

type Origin = NonNullable<ReturnType<CompiledAnswer['origin']>>;

const TOO_SLOW = `Stopped: the calls of this test took more than ${LIMITS_OF_ANSWER.testMs / 1000} seconds.`;

const NOT_LOADED = 'After an earlier test your code had to be loaded anew, and that failed.';

/** A promise that knows whether anybody has waited for it. */
class RemoteResult extends Promise<unknown> {
  call: RecordedCall | undefined;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: to notice that a test waits is what this class is for
  override then<A, B>(
    onResult?: ((value: unknown) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.call) this.call.awaited = true;
    return super.then(onResult, onError) as Promise<A | B>;
  }
}

/** The answer as tests see it: its functions, each call of which goes to the answer's process and is recorded. */
export class Remote {
  /** Calls of the test that runs, oldest first. */
  calls: RecordedCall[] = [];
  printed = '';
  /** An error of our own machinery: the exercise cannot be graded. */
  failure: unknown;
  readonly #answer: CompiledAnswer;
  readonly #load: () => Promise<Loading>;
  #loaded: LoadedAnswer | null;
  readonly #functions: AnyFunction[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  #inCallback = false;
  /** What the calls of this test have taken so far. */
  #spentMs = 0;

  /** `load` brings the answer up again after its process has died. */
  constructor(answer: CompiledAnswer, loaded: LoadedAnswer, load: () => Promise<Loading>) {
    this.#answer = answer;
    this.#loaded = loaded;
    this.#load = load;
  }

  /** Gets ready for the next test: forgets the calls of the last, and brings a dead answer up again. */
  async nextTest(): Promise<void> {
    const died = this.calls.some((call) => call.outcome?.type === 'gone');
    this.calls = [];
    this.#spentMs = 0;
    if (!died) return;
    const again = await this.#load();
    this.#loaded = 'loaded' in again ? again.loaded : null;
  }

  /** What `import { … } from '…/exercise.ts'` gives. */
  exports(): Record<string, unknown> {
    return Object.fromEntries(this.#answer.declares.map((name) => [name, this.#stub(name)]));
  }

  /** Forgets the answer; it cannot be called any more. */
  async drop(): Promise<void> {
    await this.#loaded?.drop();
    this.#loaded = null;
  }

  /** Settles when no call is under way. */
  idle(): Promise<unknown> {
    return this.#queue;
  }

  #stub(target: string | number): AnyFunction {
    return (...args) => {
      const functions = new Map<number, AnyFunction>();
      const parcel = encode(args, {
        describeTensor,
        register: (fn) => this.#register(fn, functions),
      });
      const call = { target, args: parcel, functions, outcome: null, awaited: false };
      this.calls.push(call);
      const result = new RemoteResult((resolve, reject) => {
        if (this.#inCallback) {
          reject(new NoResult('A function handed to the answer must not call the answer.'));
          return;
        }
        // One after the other: a worker answers one question at a time.
        this.#queue = this.#queue.then(() => this.#perform(call).then(resolve, reject));
      });
      result.call = call;
      Promise.prototype.then.call(result, undefined, () => {}); // reported by the test, awaited or not
      return result;
    };
  }

  async #perform(call: RecordedCall): Promise<unknown> {
    const handlers: Handlers = {
      printed: (text) => {
        if (this.printed.length < MAX_PRINTED) this.printed += text; // an honest worker stops itself
      },
      callback: (id, args) => this.#callBack(id, args),
    };
    const started = performance.now();
    try {
      if (!this.#loaded) {
        call.outcome = { type: 'gone', reason: new WorkerGone('crashed', NOT_LOADED) };
      } else if (this.#spentMs > LIMITS_OF_ANSWER.testMs) {
        call.outcome = { type: 'gone', reason: new WorkerGone('timeout', TOO_SLOW) };
      } else {
        call.outcome = await this.#loaded.call(call.target, call.args, handlers);
      }
    } catch (error) {
      this.failure ??= error; // ours, not the answer's
      throw error;
    } finally {
      this.#spentMs += performance.now() - started;
    }
    return this.#resultOf(call.outcome, call);
  }

  #resultOf(outcome: CallOutcome, call: RecordedCall): unknown {
    switch (outcome.type) {
      case 'returned':
        try {
          // In a list, so that no decoded value is taken for a promise.
          return decode(outcome, this.#receiver);
        } catch (error) {
          if (!(error instanceof ChannelError)) throw error;
          call.outcome = { type: 'refused', reason: error.message };
          throw new NoResult(error.message);
        }
      case 'threw':
        throw new AnswerThrew(outcome.name, outcome.message, this.#originOf(outcome.position));
      default:
        throw new NoResult('The answer gave no result.');
    }
  }

  #originOf(position: [number, number] | null): Origin | null {
    return position && this.#answer.origin(position);
  }

  readonly #receiver = receiver((id) => this.#stub(id));

  #register(fn: AnyFunction, functions: Map<number, AnyFunction>): number {
    const id = this.#functions.push(fn) - 1;
    functions.set(id, fn);
    return id;
  }

  #callBack(
    id: number,
    args: { wire: unknown; blobs: Uint8Array[] },
  ): CallbackMade | Promise<CallbackMade> {
    const fn = this.#functions[id];
    if (!fn) throw new Error('No such function.');
    const sender: Sender = { describeTensor, register: (inner) => this.#functions.push(inner) - 1 };
    this.#inCallback = true;
    try {
      const values = decode(args, this.#receiver);
      if (!Array.isArray(values)) throw new Error('No arguments.');
      const result = fn(...values);
      if (result instanceof Promise) return result.then((value) => made(value, sender), threw);
      return made(result, sender);
    } catch (error) {
      return threw(error);
    } finally {
      this.#inCallback = false;
    }
  }
}

function made(value: unknown, sender: Sender): CallbackMade {
  const { wire, blobs } = encode(value, sender);
  return { reply: { type: 'returned', value: wire }, blobs };
}

function threw(error: unknown): CallbackMade {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { reply: { type: 'threw', name, message }, blobs: [] };
}
