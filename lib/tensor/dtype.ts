/**
 * Element types, how they are stored, and which one a mixed operation gives.
 *
 * float16, int8 and uint8 are for keeping numbers small, not for computing: an operation converts
 * them to float32 or int32, computes, and converts the result back ({@link computeType}).
 */

import { DTypeError, LibraryError } from './errors.ts';

/**
 * The type of a tensor's elements. int64 is kept exactly, and computed exactly up to ±2^53: what
 * would come out larger is an error (ONNX Runtime, for large tensors, wraps sums and products of
 * larger numbers round as PyTorch does, but reduces, divides and raises them in doubles).
 */
export type DType = 'float32' | 'float16' | 'int64' | 'int32' | 'int8' | 'uint8' | 'bool';

/**
 * How elements are handed out and stored: one array type per element type; a bool is 0 or 1 in a
 * byte. float16 is in a Float16Array, which is written Float32Array here: it has the same methods,
 * and TypeScript before 5.8 does not know it.
 */
export type TypedArray = Float32Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;

/**
 * What computing works on: as {@link TypedArray}, but int64 as doubles (exact to 2^53), so that
 * loops see numbers.
 */
export type NumberArray = Exclude<TypedArray, BigInt64Array> | Float64Array;

/**
 * Kinds of types, narrowest first, the types of a kind narrowest first too: an operation on two
 * types gives the wider kind's type, within one kind the wider type.
 */
const kinds: readonly (readonly DType[])[] = [
  ['bool'],
  ['uint8', 'int8', 'int32', 'int64'],
  ['float16', 'float32'],
];

/** All element types. */
const dtypes: readonly DType[] = kinds.flat();

/** Throws where there is no such type. */
export function checkDType(op: string, dtype: unknown): asserts dtype is DType {
  if ((dtypes as readonly unknown[]).includes(dtype)) return;
  throw new DTypeError(`${op}: no type '${dtype}'; there are ${dtypes.join(', ')}`);
}

/** 0 for bool, 1 for integers, 2 for floats. */
const kindOf = (dtype: DType): number => kinds.findIndex((kind) => kind.includes(dtype));

/**
 * The element type of an operation on elements of types `a` and `b` (PyTorch's promotion; for uint8
 * with int8, whose numbers no 8 bits hold, it is int32 where PyTorch has int16).
 */
export function promote(a: DType, b: DType): DType {
  if (a !== b && isByte(a) && isByte(b)) return 'int32';
  return dtypes.indexOf(a) >= dtypes.indexOf(b) ? a : b;
}

/**
 * The element type of an operation on several operands: that of the tensors; scalars (tensors of
 * shape []) change it only where they are of a wider kind, plain numbers likewise, as float32,
 * int64 or bool.
 *
 * @param tensors the types of the tensors that have dimensions
 * @param scalars the types of the tensors of shape []
 * @param numbers plain numbers and booleans; a whole number counts as an integer
 */
export function resultType(
  tensors: readonly DType[],
  scalars: readonly DType[],
  numbers: readonly (number | boolean)[],
): DType {
  const groups = [tensors, scalars, numbers.map(typeOfNumber)];
  let result: DType | null = null;
  for (const group of groups) {
    if (group.length === 0) continue;
    const own = group.reduce(promote);
    if (result === null || kindOf(own) > kindOf(result)) result = own;
  }
  return result ?? 'float32';
}

function typeOfNumber(value: number | boolean): DType {
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(value) ? 'int64' : 'float32';
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float16';
}

function isByte(dtype: DType): boolean {
  return dtype === 'int8' || dtype === 'uint8';
}

/** The type in which elements of type `dtype` are computed. */
export function computeType(dtype: DType): DType {
  if (dtype === 'float16') return 'float32';
  return isByte(dtype) ? 'int32' : dtype;
}

/** A Float16Array of zeros. Node 24 has it, and browsers since 2025. */
function halfArray(length: number): Float32Array {
  const { Float16Array } = globalThis as unknown as { Float16Array?: Float32ArrayConstructor };
  if (Float16Array !== undefined) return new Float16Array(length);
  throw new DTypeError('float16: this browser has no Float16Array yet; use float32');
}

/**
 * An array of `length` zeros to compute in.
 *
 * @throws LibraryError where there is no memory for it
 */
export function allocate(dtype: DType, length: number): NumberArray {
  try {
    return zeros(dtype, length);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const gigabytes = Math.ceil((length * zeros(dtype, 0).BYTES_PER_ELEMENT) / 1e9);
    throw new LibraryError(
      `there is no memory for ${length} numbers of type ${dtype}, about ${gigabytes} GB`,
      { cause },
    );
  }
}

function zeros(dtype: DType, length: number): NumberArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'float16':
      return halfArray(length);
    case 'int64':
      return new Float64Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
  }
}

/** From storage to what computing works on; shares memory except for int64. */
export function toNumbers(stored: TypedArray): NumberArray {
  return stored instanceof BigInt64Array ? Float64Array.from(stored, Number) : stored;
}

/** From what computing works on to storage; shares memory except for int64. */
export function toStorage(values: NumberArray): TypedArray {
  if (!(values instanceof Float64Array)) return values;
  const stored = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) stored[i] = BigInt(values[i]!);
  return stored;
}

/** The numbers that integer types hold, from the first up to but without the second. */
const ranges: Partial<Record<DType, readonly [from: number, to: number]>> = {
  int8: [-128, 128],
  uint8: [0, 256],
  int32: [-(2 ** 31), 2 ** 31],
  int64: [-(2 ** 63), 2 ** 63],
};

/** The whole number nearest to `value` that a tensor of type `dtype` holds; of floats any number. */
export function nearestIn(dtype: DType, value: number): number {
  const range = ranges[dtype];
  if (range === undefined) return value;
  const last = range[1] - Math.max(1, range[1] * 2 ** -53); // of int64 the last that is a double
  return Math.min(Math.max(value, range[0]), last);
}

/** Throws where `dtype` is a type of integers and `value`, cut to a whole number, does not fit it. */
export function checkFits(op: string, value: number, dtype: DType): void {
  const range = ranges[dtype];
  if (range === undefined) return;
  const whole = Math.trunc(value);
  if (whole >= range[0] && whole < range[1]) return;
  throw new DTypeError(`${op}: ${value} does not fit ${dtype}, which holds ${spell(range)}`);
}

function spell([from, to]: readonly [number, number]): string {
  const exponent = Math.log2(to);
  if (exponent <= 8) return `${from} to ${to - 1}`;
  return `−2^${exponent} to 2^${exponent} − 1`;
}

/**
 * `value` as an element of type `dtype` would hold it: integers cut towards zero and wrapped round
 * where they do not fit, bool is "not zero".
 */
export function convert(value: number, dtype: DType): number {
  switch (dtype) {
    case 'float32':
    case 'float16':
      return value; // storing rounds
    case 'int64':
      return Number.isFinite(value) ? Math.trunc(value) : 0;
    case 'int32':
      return value | 0;
    case 'int8':
      return (value << 24) >> 24;
    case 'uint8':
      return value & 255;
    case 'bool':
      return value !== 0 ? 1 : 0;
  }
}
