import { formatWithOptions, types } from 'node:util';
import vm from 'node:vm';
import { decode, type Receiver } from '../channel/decode.ts';
import { encode, type Sender } from '../channel/encode.ts';
import { MAX_MESSAGE, MAX_PRINTED } from '../channel/messages.ts';
import { ChannelError, type Parcel } from '../channel/values.ts';
import type { Services } from './globals.ts';
import type * as Inside from './inside.ts';

/** What came of evaluating an answer or calling a function of it. */
export type Outcome =
  | ({ type: 'returned' } & Parcel)
  | { type: 'threw'; name: string; message: string; position: [number, number] | null }
  | { type: 'refused'; reason: string };

/** What a callback into the harness gave. */
export type CallbackOutcome =
  | ({ type: 'returned' } & Parcel)
  | { type: 'threw'; name: string; message: string };

/** What an answer can do to the world: print, and call the functions that it was given. */
export type RealmHost = {
  print(text: string): void;
  callBack(id: number, args: Parcel): CallbackOutcome;
};

type AnyFunction = (...args: unknown[]) => unknown;

const FILE = 'answer.js';

/** Compiles the linked library once; each realm then runs it in a context of its own. */
export function compileLibrary(code: string): vm.Script {
  return new vm.Script(code, { filename: 'file:///lectern/lib/library.js' });
}

/**
 * One answer in a fresh V8 context with its own copy of the library. The context is hygiene (an answer cannot meddle
 * with the next one by accident); what holds a hostile answer is the sandbox around the process.
 */
export class Realm {
  readonly #context: vm.Context;
  readonly #inside: typeof Inside;
  readonly #host: RealmHost;
  readonly #functions: AnyFunction[] = [];
  readonly #numbers = new Map<unknown, number>();
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #lastTimer = 0;
  #declared: Record<string, unknown> = {};
  #printed = 0;

  constructor(library: vm.Script, host: RealmHost) {
    this.#host = host;
    const contextOptions = { codeGeneration: { strings: false, wasm: false } };
    this.#context = vm.createContext(vm.constants.DONT_CONTEXTIFY, contextOptions);
    for (const name of ['WebAssembly', 'SharedArrayBuffer']) delete this.#context[name];
    this.#inside = library.runInContext(this.#context)((specifier: string) => {
      throw new Error(`The library must not need ${specifier}.`);
    });
    this.#receiver = { ...this.#inside.makers, remote: this.#remote };
    this.#sender = { describeTensor: this.#inside.describeTensor, register: this.#register };
    this.#inside.provideGlobals(this.#services());
  }

  /** Nothing of this realm goes on, and nothing that was carried out of it is of use. */
  retire(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#inside.retire();
  }

  /** Evaluates an answer; afterwards the names that it must declare can be called. */
  async load(code: string, declares: string[], forbids: string[]): Promise<Outcome> {
    return this.#attempt(async () => {
      await this.#inside.prepareFor(code);
      this.#inside.forbid(forbids);
      const script = new vm.Script(`(async function (exports, require) {\n${code}\n})`, {
        filename: FILE,
        lineOffset: -1,
      });
      const exports = this.#inside.makers.object() as Record<string, unknown>;
      const evaluate = script.runInContext(this.#context) as AnyFunction;
      await this.#settle(evaluate(exports, this.#inside.requireModule));
      for (const name of declares) this.#declared[name] = exports[name];
      return [undefined];
    });
  }

  /** Calls a declared function by name, or one that the answer handed out by number. */
  async call(target: string | number, args: Parcel): Promise<Outcome> {
    return this.#attempt(async () => {
      const fn = typeof target === 'number' ? this.#functions[target] : this.#declared[target];
      if (typeof fn !== 'function') {
        throw new TypeError(`${target} is not a function`);
      }
      const values = decode(args, this.#receiver) as unknown[];
      return this.#settle(Reflect.apply(fn, undefined, values));
    });
  }

  async #attempt(work: () => Promise<Boxed>): Promise<Outcome> {
    try {
      const [value] = await work();
      return { type: 'returned', ...encode(value, this.#sender) };
    } catch (error) {
      if (error instanceof ChannelError) return { type: 'refused', reason: error.message };
      return { type: 'threw', ...describeError(error) };
    }
  }

  /** Waits for a promise; other values, also objects with a `then`, stay what they are. */
  async #settle(value: unknown): Promise<Boxed> {
    if (!types.isPromise(value)) return [value];
    return new Promise((resolve, reject) => {
      this.#inside.settle(value, (result) => resolve([result]), reject);
    });
  }

  readonly #register = (fn: AnyFunction): number => {
    const known = this.#numbers.get(fn);
    if (known !== undefined) return known;
    const id = this.#functions.push(fn) - 1;
    this.#numbers.set(fn, id);
    return id;
  };

  /** A function of the harness, as the answer sees it. */
  readonly #remote = (id: number, isAsync: boolean): unknown =>
    this.#inside.remoteFunction((args) => {
      const outcome = this.#host.callBack(id, encode(args, this.#sender));
      return outcome.type === 'threw' ? outcome : { value: decode(outcome, this.#receiver) };
    }, isAsync);

  /** What the globals are made of; see `globals.ts`. */
  #services(): Services {
    const cloner: Sender = { ...this.#sender, register: () => refuse('a function') };
    const take = (value: unknown) => decode(encode(value, cloner), this.#receiver);
    return {
      print: (args) => this.#print(args),
      later: (work, ms) => this.#later(work, ms),
      cancel: (id) => clearTimeout(this.#timers.get(id)),
      soon: (work) => queueMicrotask(work),
      now: () => performance.now(),
      clone: take,
      encodeText: (text) => take(new TextEncoder().encode(text)),
      decodeText: (bytes) => new TextDecoder().decode(bytes as Uint8Array),
      toBase64: btoa,
      fromBase64: atob,
    };
  }

  #later(work: () => void, ms: number): number {
    const id = ++this.#lastTimer;
    const run = () => {
      this.#timers.delete(id);
      work();
    };
    this.#timers.set(id, setTimeout(run, ms));
    return id;
  }

  #print(args: unknown[]): void {
    if (this.#printed >= MAX_PRINTED) return;
    const options = { customInspect: false, depth: 4, maxArrayLength: 100, maxStringLength: 2000 };
    const text = `${formatWithOptions(options, ...args)}\n`;
    this.#printed += text.length;
    const cut = this.#printed >= MAX_PRINTED;
    this.#host.print(cut ? `${text.slice(0, 200)}\n… (more is not shown)\n` : text);
  }
}

/** A value of the answer on its way through our promises; bare, a `then` of its own would be called. */
type Boxed = [unknown];

function refuse(what: string): never {
  throw new ChannelError(what);
}

/** Name, message and place of whatever was thrown; looking at it may throw again. */
export function describeError(error: unknown): {
  name: string;
  message: string;
  position: [number, number] | null;
} {
  try {
    if (typeof error !== 'object' || error === null) {
      return {
        name: 'Error',
        message: `threw ${String(error)}`.slice(0, MAX_MESSAGE),
        position: null,
      };
    }
    const { name, message, stack } = error as Partial<Error>;
    const place = new RegExp(`${FILE}:(\\d+)(?::(\\d+))?`).exec(String(stack));
    return {
      name: String(name ?? 'Error').slice(0, 80),
      message: String(message ?? '').slice(0, MAX_MESSAGE),
      position: place ? [Number(place[1]), Number(place[2] ?? 1)] : null,
    };
  } catch {
    return { name: 'Error', message: 'threw something that cannot be read', position: null };
  }
}
