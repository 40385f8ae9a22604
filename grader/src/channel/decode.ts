import {
  ARRAY_KINDS,
  type ArrayKind,
  Budget,
  ChannelError,
  isPowerfulName,
  LIMITS,
  TENSOR_ARRAYS,
  type TensorData,
  type TensorType,
} from './values.ts';

/** How the receiving side makes values: with its own realm's constructors and its own library. */
export type Receiver = {
  array(length: number): unknown[];
  object(): object;
  typedArray(kind: ArrayKind, buffer: ArrayBuffer): unknown;
  map(): Map<unknown, unknown>;
  set(): Set<unknown>;
  tensor(dtype: TensorType, shape: number[], data: TensorData): unknown;
  /** A function here that calls function number `id` over there. */
  remote(id: number, isAsync: boolean): unknown;
};

/** Values of this realm, which is what the trusted side wants. */
export const ownRealm: Omit<Receiver, 'tensor' | 'remote'> = {
  array: (length) => new Array(length),
  object: () => ({}),
  typedArray: (kind, buffer) => new ARRAY_KINDS[kind](buffer),
  map: () => new Map(),
  set: () => new Set(),
};

/**
 * Rebuilds a value. Nothing is believed: whatever does not have exactly the expected form is refused.
 * @throws ChannelError
 */
export function decode(
  parcel: { wire: unknown; blobs: Uint8Array[] },
  receiver: Receiver,
): unknown {
  return new Decoder(parcel.blobs, receiver).decode(parcel.wire, 0);
}

class Decoder {
  readonly #blobs: Uint8Array[];
  readonly #receiver: Receiver;
  readonly #budget = new Budget();

  constructor(blobs: Uint8Array[], receiver: Receiver) {
    this.#blobs = blobs;
    this.#receiver = receiver;
  }

  decode(wire: unknown, depth: number): unknown {
    this.#budget.value(depth);
    if (wire === null || typeof wire === 'boolean') return wire;
    if (typeof wire === 'number' && Number.isFinite(wire)) return wire;
    if (typeof wire === 'string') return this.#budget.text(wire);
    if (!Array.isArray(wire)) throw garbage();
    const [tag, first, second, third] = wire as unknown[];
    switch (tag) {
      case 'undefined':
        return undefined;
      case 'number':
        return specialNumber(first);
      case 'bigint':
        if (typeof first !== 'string' || !/^-?\d{1,1000}$/.test(first)) throw garbage();
        return BigInt(first);
      case 'array':
        return this.#array(list(first), depth);
      case 'object':
        return this.#object(list(first), depth);
      case 'map':
        return this.#map(list(first), depth);
      case 'set':
        return this.#set(list(first), depth);
      case 'bytes':
        return this.#typedArray(first, second);
      case 'tensor':
        return this.#tensor(first, second, third);
      case 'function':
        return this.#receiver.remote(wholeNumber(first), second === true);
      default:
        throw garbage();
    }
  }

  #array(items: unknown[], depth: number): unknown[] {
    const array = this.#receiver.array(items.length);
    for (const [i, item] of items.entries()) setOwn(array, `${i}`, this.decode(item, depth + 1));
    return array;
  }

  #object(entries: unknown[], depth: number): object {
    const object = this.#receiver.object();
    for (const entry of entries) {
      const [key, wire] = list(entry);
      if (typeof key !== 'string') throw garbage();
      const isFunction = Array.isArray(wire) && wire[0] === 'function';
      if (isPowerfulName(key) && (isFunction || key.startsWith('_') || key.startsWith('$'))) {
        throw new ChannelError(`an object with a property called ${key}`);
      }
      setOwn(object, this.#budget.text(key), this.decode(wire, depth + 1));
    }
    return object;
  }

  #map(entries: unknown[], depth: number): Map<unknown, unknown> {
    const map = this.#receiver.map();
    for (const entry of entries) {
      const [key, value] = list(entry);
      Map.prototype.set.call(map, this.decode(key, depth + 1), this.decode(value, depth + 1));
    }
    return map;
  }

  #set(members: unknown[], depth: number): Set<unknown> {
    const set = this.#receiver.set();
    for (const member of members) Set.prototype.add.call(set, this.decode(member, depth + 1));
    return set;
  }

  #typedArray(kind: unknown, blob: unknown): unknown {
    if (typeof kind !== 'string' || !Object.hasOwn(ARRAY_KINDS, kind)) throw garbage();
    const size = ARRAY_KINDS[kind as ArrayKind].BYTES_PER_ELEMENT;
    const buffer = this.#bytes(blob);
    if (buffer.byteLength % size !== 0) throw garbage();
    return this.#receiver.typedArray(kind as ArrayKind, buffer);
  }

  #tensor(dtype: unknown, shape: unknown, blob: unknown): unknown {
    if (typeof dtype !== 'string' || !Object.hasOwn(TENSOR_ARRAYS, dtype)) throw garbage();
    const sizes = list(shape).map(wholeNumber);
    if (sizes.length > LIMITS.rank) throw garbage();
    const arrayType = TENSOR_ARRAYS[dtype as TensorType];
    const numel = sizes.reduce((product, size) => product * size, 1);
    const buffer = this.#bytes(blob);
    if (buffer.byteLength !== numel * arrayType.BYTES_PER_ELEMENT) throw garbage();
    const data = new arrayType(buffer);
    if (dtype === 'bool' && (data as Uint8Array).some((element) => element > 1)) throw garbage();
    return this.#receiver.tensor(dtype as TensorType, sizes, data);
  }

  /** A copy, so that no two values share memory and every view is aligned. */
  #bytes(blob: unknown): ArrayBuffer {
    const bytes = this.#blobs[wholeNumber(blob)];
    if (!bytes) throw garbage();
    this.#budget.bytes(bytes.length);
    return new Uint8Array(bytes).buffer; // `slice` of a Buffer would share memory
  }
}

function setOwn(target: object, key: string, value: unknown): void {
  const property = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(target, key, property);
}

function specialNumber(text: unknown): number {
  switch (text) {
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return Number.POSITIVE_INFINITY;
    case '-Infinity':
      return Number.NEGATIVE_INFINITY;
    case '-0':
      return -0;
    default:
      throw garbage();
  }
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw garbage();
  return value;
}

function wholeNumber(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw garbage();
  return value;
}

function garbage(): ChannelError {
  return new ChannelError('something that is no data');
}
