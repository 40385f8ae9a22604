/**
 * Arithmetic on shapes. A shape is the list of sizes, outermost first; a scalar has the shape `[]`.
 */

import { ShapeError } from './errors.ts';

/** How many elements a tensor of this shape has; 1 for a scalar. */
export function numelOf(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/**
 * How many elements lie between neighbours along each dimension, when the last dimension is stored
 * closest.
 */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i]!;
  }
  return strides;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** `[2, 3]`, as messages and displays show a shape. */
export function show(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/**
 * The shape of an elementwise operation on shapes `a` and `b`: aligned at the last dimension, sizes
 * must be equal, or one of them 1, which is then repeated (NumPy's broadcasting).
 */
export function broadcastShapes(op: string, a: readonly number[], b: readonly number[]): number[] {
  const ndim = Math.max(a.length, b.length);
  const result = new Array<number>(ndim);
  for (let fromEnd = 1; fromEnd <= ndim; fromEnd++) {
    const x = a[a.length - fromEnd] ?? 1;
    const y = b[b.length - fromEnd] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `${op}: shapes ${show(a)} and ${show(b)} do not fit together: counted from the last, ` +
          `dimension ${-fromEnd} is ${x} in one and ${y} in the other; ` +
          'they must be equal, or one of them 1',
      );
    }
    result[ndim - fromEnd] = x === 1 ? y : x;
  }
  return result;
}

/** Throws where something else was given than a list of numbers. */
export function checkList(op: string, list: unknown): asserts list is readonly number[] {
  if (Array.isArray(list)) return;
  throw new ShapeError(
    `${op}: needs a list of sizes or dimensions such as [2, 3], not ${String(list)}`,
  );
}

/**
 * `dim` counted from the front; −1 is the last dimension. Throws where there is no such dimension.
 */
export function dimIndex(op: string, dim: number, shape: readonly number[]): number {
  const ndim = shape.length;
  if (!Number.isInteger(dim) || dim < -ndim || dim >= ndim) {
    const range = ndim === 0 ? 'a scalar has none' : `it may be ${-ndim} to ${ndim - 1}`;
    throw new ShapeError(`${op}: shape ${show(shape)} has no dimension ${dim}; ${range}`);
  }
  return dim < 0 ? dim + ndim : dim;
}

/**
 * Several dimensions counted from the front, in rising order; all of them where nothing is said. A
 * scalar may be spoken of as a vector of one element, as in PyTorch: its dimensions 0 and −1 are none.
 */
export function dimIndices(
  op: string,
  dims: number | readonly number[] | undefined,
  shape: readonly number[],
): number[] {
  if (dims === undefined) return shape.map((_, i) => i);
  const list = typeof dims === 'number' ? [dims] : dims;
  checkList(op, list);
  const spoken = shape.length === 0 ? [1] : shape;
  const indices = list.map((dim) => dimIndex(op, dim, spoken)).sort((a, b) => a - b);
  if (new Set(indices).size !== indices.length) {
    throw new ShapeError(`${op}: dimensions ${show(list)} of shape ${show(shape)} repeat`);
  }
  return shape.length === 0 ? [] : indices;
}

/** Checks that every size is a whole number of at least 0. */
export function checkShape(op: string, shape: readonly number[]): number[] {
  checkList(op, shape);
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) {
      throw new ShapeError(
        `${op}: shape ${show(shape)} has a size that is not 0, 1, 2, …: ${size}`,
      );
    }
  }
  return [...shape];
}
