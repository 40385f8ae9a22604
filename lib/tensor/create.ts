/** Making tensors from numbers. */

import { apply, constant, element } from './apply.ts';
import {
  allocate,
  checkDType,
  checkFits,
  convert,
  type DType,
  isFloat,
  type TypedArray,
  toStorage,
} from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { checkShape, numelOf, show } from './shape.ts';
import { Tensor } from './tensor.ts';

/** Nested lists of numbers, all lists of one depth equally long. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** Typed arrays that tensors are made from; values are converted to the tensor's type. */
export type AnyTypedArray = TypedArray | (ArrayBufferView & ArrayLike<number>);

export interface CreateOptions {
  /** Numbers are float32 unless said otherwise. */
  dtype?: DType;
}

export interface TensorOptions extends CreateOptions {
  /** For values given as one flat list. */
  shape?: readonly number[];
  /** Whether `backward` is to leave a gradient at this tensor; floats only. */
  requiresGrad?: boolean;
}

/**
 * A tensor of given values.
 *
 * Numbers become float32, booleans alone bool, typed arrays keep their type where there is one for it
 * (Uint8Array: uint8), others become float32; `dtype` says otherwise. The values are copied.
 * Unlike PyTorch, whole numbers become float32 too: JavaScript does not tell 2 from 2.0. Numbers
 * lose their fraction in a type of integers, and what does not fit it is an error, −1 in uint8 too,
 * which PyTorch wraps round.
 *
 * @param values a number, nested lists (their nesting is the shape), or a flat typed array
 */
export function tensor(
  values: NestedArray | AnyTypedArray,
  { dtype, shape, requiresGrad = false }: TensorOptions = {},
): Tensor {
  const nested = isTypedArray(values) ? null : nestedShape(values);
  const flat = isTypedArray(values) ? values : flatten(values);
  const type = dtype ?? naturalType(values, flat);
  checkDType('tensor', type);
  const found = nested ?? [flat.length];
  const wanted = shape === undefined ? found : checkShape('tensor', shape);
  if (numelOf(wanted) !== flat.length) {
    throw new ShapeError(
      `tensor: ${flat.length} values do not fill shape ${show(wanted)}, ` +
        `which has ${numelOf(wanted)}`,
    );
  }
  if (requiresGrad && !isFloat(type)) {
    throw new DTypeError(`tensor: only floating-point tensors can require a gradient, not ${type}`);
  }
  return new Tensor(wanted, type, { op: null, data: store(flat, type), requiresGrad });
}

/**
 * A tensor filled with one value; float32, or bool of a boolean, unless said otherwise (of a whole
 * number PyTorch makes int64).
 */
export function full(
  shape: readonly number[],
  value: number | boolean,
  { dtype }: CreateOptions = {},
): Tensor {
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new DTypeError(`full: needs a number or a boolean, got ${String(value)}`);
  }
  const type = dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
  checkDType('full', type);
  return apply('expand', [element('full', value, type)], { shape: checkShape('full', shape) });
}

/** A tensor of a number that belongs to the formula. */
function filled(
  op: string,
  shape: readonly number[],
  value: number,
  options: CreateOptions,
): Tensor {
  const { dtype = 'float32' } = options;
  checkDType(op, dtype);
  const one = constant(value, dtype);
  return apply('expand', [one], { shape: checkShape(op, shape) });
}

/** A tensor of zeros. */
export function zeros(shape: readonly number[], options: CreateOptions = {}): Tensor {
  return filled('zeros', shape, 0, options);
}

/** A tensor of ones. */
export function ones(shape: readonly number[], options: CreateOptions = {}): Tensor {
  return filled('ones', shape, 1, options);
}

/** Zeros of the shape and type of `x`. */
export function zerosLike(x: Tensor, options: CreateOptions = {}): Tensor {
  return full(x.shape, 0, { dtype: x.dtype, ...options });
}

/** Ones of the shape and type of `x`. */
export function onesLike(x: Tensor, options: CreateOptions = {}): Tensor {
  return full(x.shape, 1, { dtype: x.dtype, ...options });
}

/** `value` in the shape and type of `x`. */
export function fullLike(x: Tensor, value: number | boolean, options: CreateOptions = {}): Tensor {
  return full(x.shape, value, { dtype: x.dtype, ...options });
}

/**
 * Numbers at equal steps, from `start` up to but without `end`: `arange(end)` or `arange(start,
 * end, step)`. Whole numbers give int64, others float32.
 */
export function arange(
  startOrEnd: number,
  end?: number,
  step = 1,
  { dtype }: CreateOptions = {},
): Tensor {
  const [from, to] = end === undefined ? [0, startOrEnd] : [startOrEnd, end];
  const count = Math.ceil((to - from) / step);
  if (!Number.isFinite(count) || count < 0) {
    throw new ShapeError(`arange: no steps of ${step} lead from ${from} to ${to}`);
  }
  const whole = [from, to, step].every(Number.isInteger);
  const values = allocate('int64', count) // doubles
    .map((_, i) => from + i * step);
  return tensor(values, { dtype: dtype ?? (whole ? 'int64' : 'float32') });
}

/** `steps` numbers from `start` to `end`, both included; float32 unless said otherwise. */
export function linspace(
  start: number,
  end: number,
  steps: number,
  { dtype }: CreateOptions = {},
): Tensor {
  checkShape('linspace', [steps]);
  const gap = steps > 1 ? (end - start) / (steps - 1) : 0;
  const values = Float64Array.from({ length: steps }, (_, i) =>
    i === steps - 1 && steps > 1 ? end : start + i * gap,
  );
  return tensor(values, { dtype: dtype ?? 'float32' });
}

/** The identity matrix: ones on the diagonal. */
export function eye(n: number, m: number = n, { dtype = 'float32' }: CreateOptions = {}): Tensor {
  checkShape('eye', [n, m]);
  checkDType('eye', dtype);
  const values = allocate(dtype, n * m);
  for (let i = 0; i < Math.min(n, m); i++) values[i * m + i] = 1;
  return tensor(values, { dtype, shape: [n, m] });
}

function isTypedArray(values: NestedArray | AnyTypedArray): values is AnyTypedArray {
  return ArrayBuffer.isView(values) && 'length' in values; // a DataView has none
}

/** The shape of nested lists; throws where lists of one depth differ in length. */
function nestedShape(values: NestedArray): number[] {
  if (!Array.isArray(values)) {
    if (typeof values === 'number' || typeof values === 'boolean') return [];
    throw new DTypeError(`tensor: needs numbers, got ${values === null ? 'null' : typeof values}`);
  }
  const shapes = Array.from(values, nestedShape); // holes in a list count as undefined
  const first = shapes[0] ?? [];
  for (const [i, shape] of shapes.entries()) {
    if (show(shape) !== show(first)) {
      throw new ShapeError(
        `tensor: the lists are ragged: entry 0 has shape ${show(first)}, entry ${i} ${show(shape)}`,
      );
    }
  }
  return [values.length, ...first];
}

function flatten(values: NestedArray): (number | boolean)[] {
  return Array.isArray(values) ? values.flatMap(flatten) : [values as number | boolean];
}

const typeOfArray: Record<string, DType> = {
  BigInt64Array: 'int64',
  Int32Array: 'int32',
  Int8Array: 'int8',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Float16Array: 'float16',
};

function naturalType(
  values: NestedArray | AnyTypedArray,
  flat: AnyTypedArray | (number | boolean)[],
): DType {
  // by name, since arrays of another realm (a worker's, a vm context's) are instances of other
  // classes
  const kind = Object.prototype.toString.call(values).slice(8, -1);
  const known = typeOfArray[kind];
  if (known !== undefined) return known;
  const isBool = (value: number | boolean) => typeof value === 'boolean';
  return flat.length > 0 && Array.isArray(flat) && flat.every(isBool) ? 'bool' : 'float32';
}

function store(flat: AnyTypedArray | (number | boolean)[], dtype: DType): TypedArray {
  if (typeof flat[0] === 'bigint' && dtype === 'int64') {
    const values = flat as unknown as BigInt64Array;
    for (const value of values) checkFits('tensor', Number(value), dtype);
    return BigInt64Array.from(values);
  }
  const values = allocate(dtype, flat.length);
  if (isFloat(dtype) && typeof flat[0] !== 'bigint') {
    values.set(flat as ArrayLike<number>);
    return toStorage(values);
  }
  for (let i = 0; i < values.length; i++) {
    const value = Number(flat[i]);
    checkFits('tensor', value, dtype);
    values[i] = convert(value, dtype);
  }
  return toStorage(values);
}
