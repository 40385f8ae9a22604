import { types } from 'node:util';
import {
  ARRAY_KINDS,
  type ArrayKind,
  Budget,
  ChannelError,
  isPowerfulName,
  type Parcel,
  TENSOR_ARRAYS,
  type TensorData,
  type TensorType,
  type Wire,
} from './values.ts';

/** What the encoder must be told about the side that it runs on. */
export type Sender = {
  /** The tensor's type, shape and way to its elements, or null for what is no tensor. */
  describeTensor(value: object): DescribedTensor | null;
  /** The number under which the other side may call a function. */
  register(fn: (...args: unknown[]) => unknown): number;
};

export type DescribedTensor = {
  dtype: TensorType;
  shape: readonly number[];
  /** Computes the elements. */
  data(): TensorData;
};

// Taken before any other code runs: a later change of the prototypes must not decide what crosses.
const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
const getter = (prototype: object, name: string | symbol) =>
  Object.getOwnPropertyDescriptor(prototype, name)!.get!;
const kindOf = getter(typedArrayPrototype, Symbol.toStringTag);
const bufferOf = getter(typedArrayPrototype, 'buffer');
const byteOffsetOf = getter(typedArrayPrototype, 'byteOffset');
const byteLengthOf = getter(typedArrayPrototype, 'byteLength');
const mapEntries = Map.prototype.entries;
const mapNext = Object.getPrototypeOf(new Map().entries()).next;
const setValues = Set.prototype.values;
const setNext = Object.getPrototypeOf(new Set().values()).next;
const { apply, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

/** The members of an iterator of a Map or Set, whatever its realm and whatever was patched there. */
function* walk<T>(iterator: Iterator<T>, next: () => IteratorResult<T>): Generator<T> {
  for (let step = apply(next, iterator, []); !step.done; step = apply(next, iterator, [])) {
    yield step.value as T;
  }
}

/** Encodes a value; tensors in it are computed now. @throws ChannelError for what may not cross */
export function encode(value: unknown, sender: Sender): Parcel {
  const encoder = new Encoder(sender);
  return { wire: encoder.encode(value, 0), blobs: encoder.blobs };
}

/** A copy of the bytes of a typed array of any realm. */
function bytesOf(array: unknown): Uint8Array {
  const [buffer, offset, length] = [bufferOf, byteOffsetOf, byteLengthOf].map((get) =>
    apply(get, array, []),
  );
  return new Uint8Array(new Uint8Array(buffer, offset, length));
}

class Encoder {
  readonly blobs: Uint8Array[] = [];
  readonly #budget = new Budget();
  readonly #sender: Sender;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  encode(value: unknown, depth: number): Wire {
    this.#budget.value(depth);
    switch (typeof value) {
      case 'undefined':
        return ['undefined'];
      case 'boolean':
        return value;
      case 'string':
        return this.#budget.text(value);
      case 'number':
        if (Object.is(value, -0)) return ['number', '-0'];
        return Number.isFinite(value) ? value : ['number', `${value}` as 'NaN'];
      case 'bigint':
        return ['bigint', this.#budget.text(`${value}`)];
      case 'symbol':
        throw new ChannelError('a symbol');
      case 'function':
        return this.#function(value as (...args: unknown[]) => unknown);
      default:
        return value === null ? null : this.#object(value as object, depth);
    }
  }

  #function(fn: (...args: unknown[]) => unknown): Wire {
    if (types.isProxy(fn)) throw new ChannelError('a Proxy');
    return ['function', this.#sender.register(fn), types.isAsyncFunction(fn)];
  }

  #object(value: object, depth: number): Wire {
    if (types.isProxy(value)) throw new ChannelError('a Proxy');
    if (types.isPromise(value)) throw new ChannelError('a promise inside other data (await it)');
    const tensor = this.#sender.describeTensor(value);
    if (tensor) return this.#tensor(tensor);
    if (Array.isArray(value)) return this.#array(value, depth);
    if (types.isTypedArray(value)) {
      const bytes = bytesOf(value);
      this.#budget.bytes(bytes.length);
      const kind = apply(kindOf, value, []) as ArrayKind;
      if (!Object.hasOwn(ARRAY_KINDS, kind)) throw new ChannelError(`a ${kind}`);
      return ['bytes', kind, this.blobs.push(bytes) - 1];
    }
    if (types.isMap(value)) return ['map', this.#entries(value, depth)];
    if (types.isSet(value)) return ['set', this.#members(value, depth)];
    return this.#plainObject(value, depth);
  }

  #tensor({ dtype, shape, data }: DescribedTensor): Wire {
    const numel = shape.reduce((product, size) => product * size, 1);
    if (!Object.hasOwn(TENSOR_ARRAYS, dtype)) throw new ChannelError(`a tensor of type ${dtype}`);
    const arrayType = TENSOR_ARRAYS[dtype];
    this.#budget.bytes(numel * arrayType.BYTES_PER_ELEMENT);
    const elements = data();
    const bytes = bytesOf(elements);
    const fits = apply(kindOf, elements, []) === arrayType.name;
    if (!fits || bytes.length !== numel * arrayType.BYTES_PER_ELEMENT) {
      throw new ChannelError('a tensor whose elements do not fit its shape and type');
    }
    return ['tensor', dtype, [...shape], this.blobs.push(bytes) - 1];
  }

  #array(array: unknown[], depth: number): Wire {
    const items: Wire[] = [];
    const length = array.length;
    for (let i = 0; i < length; i++) items.push(this.encode(ownValue(array, `${i}`), depth + 1));
    return ['array', items];
  }

  #entries(map: Map<unknown, unknown>, depth: number): [Wire, Wire][] {
    const entries: [Wire, Wire][] = [];
    for (const [key, value] of walk(apply(mapEntries, map, []), mapNext)) {
      entries.push([this.encode(key, depth + 1), this.encode(value, depth + 1)]);
    }
    return entries;
  }

  #members(set: Set<unknown>, depth: number): Wire[] {
    const members: Wire[] = [];
    for (const member of walk(apply(setValues, set, []), setNext)) {
      members.push(this.encode(member, depth + 1));
    }
    return members;
  }

  #plainObject(object: object, depth: number): Wire {
    const prototype = getPrototypeOf(object);
    if (prototype !== null && !isObjectPrototype(prototype)) {
      throw new ChannelError(`${describeInstance(prototype)} (plain data can be compared)`);
    }
    const entries: [string, Wire][] = [];
    for (const key of ownKeys(object)) {
      if (typeof key === 'symbol') throw new ChannelError('an object with a symbol as a key');
      const descriptor = getOwnPropertyDescriptor(object, key)!;
      if (!descriptor.enumerable) continue;
      const value = ownValue(object, key);
      if (
        isPowerfulName(key) &&
        (typeof value === 'function' || key.startsWith('_') || key.startsWith('$'))
      ) {
        throw new ChannelError(`an object with a property called ${key}`);
      }
      entries.push([this.#budget.text(key), this.encode(value, depth + 1)]);
    }
    return ['object', entries];
  }
}

/** The value of an own property, without running a getter. */
function ownValue(object: object, key: string): unknown {
  const descriptor = getOwnPropertyDescriptor(object, key);
  if (descriptor && !('value' in descriptor)) {
    throw new ChannelError(`an object whose property ${key} is a getter`);
  }
  return descriptor?.value;
}

/** `Object.prototype` of this realm or of another. */
function isObjectPrototype(prototype: object): boolean {
  return (
    !types.isProxy(prototype) &&
    getPrototypeOf(prototype) === null &&
    getOwnPropertyDescriptor(prototype, 'isPrototypeOf') !== undefined
  );
}

function describeInstance(prototype: object): string {
  if (types.isProxy(prototype)) return 'an object with a Proxy behind it';
  const maker = getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name =
    typeof maker === 'function' && !types.isProxy(maker)
      ? getOwnPropertyDescriptor(maker, 'name')?.value
      : undefined;
  return typeof name === 'string' && /^[\w$]{1,40}$/.test(name)
    ? `an instance of ${name}`
    : 'an object with a prototype of its own';
}
