/**
 * What runs inside a fresh context beside the answer: the library, and makers of values whose prototypes are those of
 * the context. Linked into one script with the library (see `bundle/`); evaluated before the answer, so that what it
 * takes from the globals is still whole.
 */
import * as library from '@lectern/lib/browser';
import { graphOf } from '../../../lib/backend/graph.ts';
import { evaluate } from '../../../lib/backend/reference.ts';
import { forbid } from '../../../lib/forbid.ts';
import type { DescribedTensor } from '../channel/encode.ts';
import type { ArrayKind, TensorData, TensorType } from '../channel/values.ts';

export { forbid };

const { Tensor, tensor } = library;
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

export const makers = {
  array: (length: number): unknown[] => new Array(length),
  object: (): object => ({}),
  typedArray: (kind: ArrayKind, buffer: ArrayBuffer): unknown => new arrayKinds[kind](buffer),
  map: (): Map<unknown, unknown> => new Map(),
  set: (): Set<unknown> => new Set(),
  tensor: (dtype: TensorType, shape: number[], values: TensorData): unknown =>
    tensor(arrayFrom(dtype, values), { dtype, shape: [...shape] }),
};

/** The same elements in an array of this context; `values` may come from another. */
function arrayFrom(dtype: TensorType, { buffer }: TensorData): TensorData {
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'int32') return new Int32Array(buffer);
  return dtype === 'int64' ? new BigInt64Array(buffer) : new Uint8Array(buffer);
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
  const call = (args: unknown[]): unknown => {
    const outcome = ask(args);
    if ('value' in outcome) return outcome.value;
    const error = new Error(outcome.message);
    error.name = outcome.name;
    throw error;
  };
  return isAsync ? async (...args: unknown[]) => call(args) : (...args: unknown[]) => call(args);
}
