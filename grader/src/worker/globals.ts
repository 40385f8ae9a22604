/**
 * The globals of an answer beyond those of the language. Linked with `inside.ts`: every function and object here
 * belongs to the answer's own context. Through one of the worker's own, answers could leave things for one another:
 * exercise A the softmax that only it may use, for exercise B that must write it.
 */
/** What these globals need of the worker; only texts, numbers and plain data come back. */
export type Services = {
  print(args: unknown[]): void;
  /** Calls back once after `ms`; the number is for {@link Services.cancel}. */
  later(work: () => void, ms: number): number;
  cancel(id: number): void;
  soon(work: () => void): void;
  now(): number;
  clone(value: unknown): unknown;
  encodeText(text: string): unknown;
  decodeText(bytes: unknown): string;
  toBase64(text: string): string;
  fromBase64(text: string): string;
};

type Callback = (...args: unknown[]) => unknown;

const INSPECT = Symbol.for('nodejs.util.inspect.custom');
// Taken while they are whole: an answer may replace its globals.
const OwnTypeError = TypeError;
const { apply } = Reflect;

export function provideGlobals(services: Services): void {
  const printed = guarded(services.print);
  const print = (...args: unknown[]) => printed(args.map(asShown));
  const later = guarded(services.later);
  const cancel = guarded(services.cancel);
  const soon = guarded(services.soon);
  const [encodeText, decodeText] = [guarded(services.encodeText), guarded(services.decodeText)];
  const setTimeout = (work: Callback, ms = 0, ...args: unknown[]) =>
    later(() => apply(work, undefined, args), Number(ms));
  Object.assign(globalThis, {
    console: { log: print, info: print, warn: print, error: print, debug: print },
    display: print,
    setTimeout,
    clearTimeout: (id: unknown) => cancel(Number(id)),
    queueMicrotask: (work: Callback) => soon(() => apply(work, undefined, [])),
    structuredClone: guarded(services.clone),
    performance: { now: guarded(services.now) },
    TextEncoder: class TextEncoder {
      encode = (text = '') => encodeText(`${text}`);
    },
    TextDecoder: class TextDecoder {
      decode = (bytes: unknown) => decodeText(bytes);
    },
    btoa: guarded((text: unknown) => services.toBase64(`${text}`)),
    atob: guarded((text: unknown) => services.fromBase64(`${text}`)),
  });
}

/** Values that say themselves how they are shown, such as tensors, as text: the worker asks no one. */
function asShown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const show = (value as Record<symbol, unknown>)[INSPECT];
  return typeof show === 'function' ? `${apply(show, value, [])}` : value;
}

/** A function of the worker as one of this context; so are the errors that it throws. */
export function guarded<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    try {
      return apply(work, undefined, args) as R;
    } catch (error) {
      throw new OwnTypeError(`${(error as Error).message}`);
    }
  };
}
