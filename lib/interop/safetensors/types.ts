/**
 * The element types of safetensors files, and what becomes of them here.
 *
 * What the library has keeps its bits. Others become the type that holds all their values: BF16
 * becomes float32, integers int32 and int64. Only F64 is rounded, to float32.
 */

import { allocate, type DType, type TypedArray } from '../../tensor/dtype.ts';
import { FileFormatError } from '../../tensor/errors.ts';

interface Stored {
  /** The order in which the Python library writes types: highest first. */
  readonly rank: number;
  /** Bytes of an element. */
  readonly bytes: number;
  /** The type of the tensor that is read. */
  readonly dtype: DType;
  /** The elements; `bytes` starts at a multiple of eight and belongs to nobody else. */
  readonly decode: (buffer: ArrayBuffer) => TypedArray;
}

const table = {
  BOOL: { rank: 0, bytes: 1, dtype: 'bool', decode: (b) => checkBools(new Uint8Array(b)) },
  U8: { rank: 1, bytes: 1, dtype: 'uint8', decode: (b) => new Uint8Array(b) },
  I8: { rank: 2, bytes: 1, dtype: 'int8', decode: (b) => new Int8Array(b) },
  I16: { rank: 3, bytes: 2, dtype: 'int32', decode: (b) => Int32Array.from(new Int16Array(b)) },
  U16: { rank: 4, bytes: 2, dtype: 'int32', decode: (b) => Int32Array.from(new Uint16Array(b)) },
  F16: { rank: 5, bytes: 2, dtype: 'float16', decode: halves },
  BF16: { rank: 6, bytes: 2, dtype: 'float32', decode: (b) => fromBrainFloat(new Uint16Array(b)) },
  I32: { rank: 7, bytes: 4, dtype: 'int32', decode: (b) => new Int32Array(b) },
  U32: { rank: 8, bytes: 4, dtype: 'int64', decode: (b) => widen(new Uint32Array(b)) },
  F32: { rank: 9, bytes: 4, dtype: 'float32', decode: (b) => new Float32Array(b) },
  F64: { rank: 10, bytes: 8, dtype: 'float32', decode: (b) => round(new Float64Array(b)) },
  I64: { rank: 11, bytes: 8, dtype: 'int64', decode: (b) => new BigInt64Array(b) },
  U64: { rank: 12, bytes: 8, dtype: 'int64', decode: (b) => checkSigned(new BigInt64Array(b)) },
} as const satisfies Record<string, Stored>;

export type StoredType = keyof typeof table;

export const storedTypes: Readonly<Record<StoredType, Stored>> = table;

export const isStoredType = (name: string): name is StoredType => Object.hasOwn(table, name);

/** How each of our types is stored: with the same bits. */
export const storedAs: Readonly<Record<DType, StoredType>> = {
  float32: 'F32',
  float16: 'F16',
  int64: 'I64',
  int32: 'I32',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};

/** @throws DTypeError in a browser that has no such arrays */
function halves(bytes: ArrayBuffer): TypedArray {
  const values = allocate('float16', bytes.byteLength / 2) as Float32Array;
  new Uint8Array(values.buffer).set(new Uint8Array(bytes));
  return values;
}

/** bfloat16 is the upper half of float32. */
function fromBrainFloat(halves: Uint16Array): Float32Array {
  const bits = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(bits.buffer);
}

/** The upper half of each float32, rounded to the nearest, of two as near the even one. */
export function toBrainFloat(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (x, i) => {
    if (Number.isNaN(values[i])) return (x & 0xffff) === 0 ? x >>> 16 : (x >>> 16) | 0x40;
    return (x + 0x7fff + ((x >>> 16) & 1)) >>> 16;
  });
}

function round(doubles: Float64Array): Float32Array {
  const values = Float32Array.from(doubles);
  const lost = values.findIndex(
    (value, i) => !Number.isFinite(value) && Number.isFinite(doubles[i]),
  );
  if (lost < 0) return values;
  throw new FileFormatError(`element ${lost} is ${doubles[lost]}, which float32 cannot hold`);
}

function widen(values: Uint32Array): BigInt64Array {
  const wide = new BigInt64Array(values.length);
  for (const [i, value] of values.entries()) wide[i] = BigInt(value);
  return wide;
}

function checkSigned(values: BigInt64Array): BigInt64Array {
  const lost = values.findIndex((value) => value < 0n);
  if (lost < 0) return values;
  const value = BigInt.asUintN(64, values[lost]!);
  throw new FileFormatError(`element ${lost} is ${value}, which int64 cannot hold`);
}

function checkBools(values: Uint8Array): Uint8Array {
  const wrong = values.findIndex((value) => value > 1);
  if (wrong < 0) return values;
  throw new FileFormatError(`element ${wrong} is ${values[wrong]}; a bool is 0 or 1`);
}
