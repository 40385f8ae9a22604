/**
 * What runs inside a fresh context beside the answer: the library, and makers of values whose prototypes are those of
 * the context. Linked into one script with the library (see `bundle/`); evaluated before the answer, so that what it
 * takes from the globals is still whole.
 */
import * as library from '@lectern/lib/browser';
import { graphOf } from '../../../lib/backend/graph.ts';
import { evaluate } from '../../../lib/backend/reference.ts';
import { forbid, retire } from '../../../lib/forbid.ts';
import type { DescribedTensor } from '../channel/encode.ts';
import type { ArrayKind, TensorData, TensorType } from '../channel/values.ts';
import { guarded, provideGlobals } from './globals.ts';

export { forbid, provideGlobals, retire };

const { Tensor, tensor } = library;
// Taken while they are whole, and used instead of the globals, which an answer may replace.
const [OwnArray, OwnBuffer, OwnBytes, OwnMap, OwnSet] = [Array, ArrayBuffer, Uint8Array, Map, Set];
const { apply } = Reflect;
const promiseThen = Promise.prototype.then;
const setBytes = Uint8Array.prototype.set;
const arrayKinds = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};
const tensorKinds = {
  float32: Float32Array,
  float16: Float16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

export const makers = {
  array: (length: number): unknown[] => new OwnArray(length),
  object: (): object => ({}),
  typedArray: (kind: ArrayKind, buffer: ArrayBuffer): unknown =>
    new arrayKinds[kind](ownCopy(buffer)),
  map: (): Map<unknown, unknown> => new OwnMap(),
  set: (): Set<unknown> => new OwnSet(),
  tensor: (dtype: TensorType, shape: number[], { buffer }: TensorData): unknown =>
    tensor(new tensorKinds[dtype](ownCopy(buffer)), { dtype, shape: [...shape] }),
};

/** The same bytes in a buffer of this context: an object of the worker's own would lead back to it. */
function ownCopy(buffer: ArrayBufferLike): ArrayBuffer {
  const copy = new OwnBuffer(buffer.byteLength);
  apply(setBytes, new OwnBytes(copy), [new OwnBytes(buffer)]);
  return copy;
}

/**
 * Waits for a promise, without its own `then`; what comes of it goes to functions of the worker, which the promise
 * never sees.
 */
export function settle(
  promise: unknown,
  resolve: (value: unknown) => void,
  reject: (reason: unknown) => void,
): void {
  const settled = [(value: unknown) => resolve(value), (reason: unknown) => reject(reason)];
  apply(promiseThen, promise, settled);
}

export function describeTensor(value: object): DescribedTensor | null {
  if (!(value instanceof Tensor)) return null;
  const { dtype, shape, origin } = value;
  return { dtype, shape, data: () => origin.data ?? evaluate(graphOf([value]))[0]! };
}

/** Loads what answers expect to have at once although it is large: the vocabulary, where it is used. */
export async function prepareFor(code: string): Promise<void> {
  if (code.includes('llamaTokenizer')) await library.llamaTokenizer.load();
}

/** The only module that an answer can import. */
export function requireModule(specifier: string): unknown {
  if (specifier === '@lectern/lib' || specifier === '@lectern/lib/browser') return library;
  throw new Error(`cannot import "${specifier}": an answer may use @lectern/lib only`);
}

type CallOutcome = { value: unknown } | { name: string; message: string };

/** A function of this context that asks the harness. */
export function remoteFunction(ask: (args: unknown[]) => CallOutcome, isAsync: boolean): unknown {
  const askSafely = guarded(ask);
  const call = (args: unknown[]): unknown => {
    const outcome = askSafely(args);
    if ('value' in outcome) return outcome.value;
    const error = new Error(outcome.message);
    error.name = outcome.name;
    throw error;
  };
  return isAsync ? async (...args: unknown[]) => call(args) : (...args: unknown[]) => call(args);
}
