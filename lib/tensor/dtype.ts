/** Element types, how they are stored, and which one a mixed operation gives. */

/** The type of a tensor's elements. */
export type DType = 'float32' | 'int32' | 'int64' | 'bool';

/**
 * How elements are handed out and stored: one array type per element type; a bool is 0 or 1 in a
 * byte.
 */
export type TypedArray = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/**
 * What computing works on: as {@link TypedArray}, but int64 as doubles (exact to 2^53), so that
 * loops see numbers.
 */
export type NumberArray = Float32Array | Int32Array | Float64Array | Uint8Array;

/** Widest last: an operation on two types gives the wider one (PyTorch's promotion). */
const byWidth: readonly DType[] = ['bool', 'int32', 'int64', 'float32'];

/** The element type of an operation on elements of types `a` and `b`. */
export function promote(a: DType, b: DType): DType {
  return byWidth.indexOf(a) >= byWidth.indexOf(b) ? a : b;
}

/**
 * The element type of an operation on a tensor of type `dtype` and a plain number, which counts as
 * weakly typed.
 */
export function promoteWithNumber(dtype: DType, value: number): DType {
  if (!Number.isInteger(value)) return 'float32';
  return dtype === 'bool' ? 'int64' : dtype;
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32';
}

/** An array of `length` zeros to compute in. */
export function allocate(dtype: DType, length: number): NumberArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int64':
      return new Float64Array(length);
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

/**
 * `value` as an element of type `dtype` would hold it: integers cut towards zero, bool is "not
 * zero".
 */
export function convert(value: number, dtype: DType): number {
  if (dtype === 'float32') return value;
  if (dtype === 'bool') return value !== 0 ? 1 : 0;
  if (dtype === 'int32') return value | 0;
  return Number.isFinite(value) ? Math.trunc(value) : 0;
}
