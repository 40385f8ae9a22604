/**
 * What may cross between the trusted harness and an answer: plain data, tensors as bytes, and functions by number.
 * Nothing that runs by being looked at: no getters, no proxies, no prototypes, no code.
 */

/** A value as JSON; everything JSON lacks is a list that starts with a tag. Bytes lie in `blobs` beside it. */
export type Wire = null | boolean | number | string | Tagged;
type Tagged =
  | ['undefined']
  | ['number', 'NaN' | 'Infinity' | '-Infinity' | '-0']
  | ['bigint', string]
  | ['array', Wire[]]
  | ['object', [string, Wire][]]
  | ['map', [Wire, Wire][]]
  | ['set', Wire[]]
  | ['bytes', ArrayKind, number]
  | ['tensor', TensorType, number[], number]
  | ['function', number, boolean];

/** A wire value with the bytes that it points into. */
export type Parcel = { wire: Wire; blobs: Uint8Array[] };

/** How the elements of a tensor lie in memory. */
export const TENSOR_ARRAYS = {
  float32: Float32Array,
  float16: Float16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

export type TensorType = keyof typeof TENSOR_ARRAYS;
export type TensorData =
  | Float32Array
  | Float16Array
  | BigInt64Array
  | Int32Array
  | Int8Array
  | Uint8Array;

export const ARRAY_KINDS = {
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
} as const;
export type ArrayKind = keyof typeof ARRAY_KINDS;

/** What one parcel may hold. Generous for an exercise, small for a harness. */
export const LIMITS = {
  depth: 64,
  /** Values of any kind in one parcel, elements of tensors and typed arrays not counted. */
  values: 200_000,
  /** Characters of all texts together. */
  text: 1_000_000,
  /** Bytes of all tensors and typed arrays together. */
  bytes: 32 * 1024 * 1024,
  /** Dimensions of a tensor. */
  rank: 16,
} as const;

/** A value that may not cross; the message completes the sentence “The answer returned …”. */
export class ChannelError extends Error {
  override name = 'ChannelError';
}

/**
 * Property names with a meaning to the language or to `expect`. A function under such a name could
 * make a value wait, compare or print as it likes, so it may not cross.
 */
const POWERFUL_NAMES = new Set(
  (
    'then catch finally constructor prototype __proto__ toString toJSON valueOf asymmetricMatch ' +
    '$$typeof inspect equals sample toAsymmetricMatcher nodeType nodeName tagName'
  ).split(' '),
);

export function isPowerfulName(name: string): boolean {
  return POWERFUL_NAMES.has(name);
}

/** Counts what a parcel holds, so that its size is bounded on both sides. */
export class Budget {
  #values: number = LIMITS.values;
  #bytes: number = LIMITS.bytes;
  #text: number = LIMITS.text;

  value(depth: number): void {
    if (depth > LIMITS.depth) {
      throw new ChannelError(`data nested deeper than ${LIMITS.depth} levels, or inside itself`);
    }
    this.#values -= 1;
    if (this.#values < 0) throw new ChannelError(`more than ${LIMITS.values} values`);
  }

  text(text: string): string {
    this.#text -= text.length;
    if (this.#text < 0) throw new ChannelError(`texts of more than ${LIMITS.text} characters`);
    return text;
  }

  bytes(count: number): void {
    this.#bytes -= count;
    if (this.#bytes < 0) {
      throw new ChannelError(`arrays of more than ${LIMITS.bytes / 1024 / 1024} MB`);
    }
  }
}
