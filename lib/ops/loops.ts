/** The loops behind the reference evaluation. */

import { allocate, type NumberArray } from '../tensor/dtype.ts';
import { numelOf, sameShape, stridesOf } from '../tensor/shape.ts';
import type { Dense, Spec } from './record.ts';

/**
 * Copies elements into a new array in the order of `shape`; a step along dimension i of the result
 * is a step of `strides[i]` in `values`, which starts at `offset`. Transposing, repeating (stride
 * 0), slicing and reversing (negative stride) are all this.
 */
export function copyStrided(
  values: NumberArray,
  output: Spec,
  strides: readonly number[],
  offset = 0,
): NumberArray {
  const { shape } = output;
  const result = allocate(output.dtype, numelOf(shape));
  if (result.length === 0) return result;
  const last = shape.length - 1;
  const width = shape[last] ?? 1;
  const step = strides[last] ?? 0;
  const position = new Array<number>(Math.max(last, 0)).fill(0);
  let from = offset;
  for (let to = 0; to < result.length; ) {
    for (let i = 0, at = from; i < width; i++, at += step) result[to++] = values[at]!;
    // on to the next row: count up like an odometer, the last but one dimension turning fastest
    for (let dim = last - 1; dim >= 0; dim--) {
      from += strides[dim]!;
      if (++position[dim]! < shape[dim]!) break;
      from -= strides[dim]! * shape[dim]!;
      position[dim] = 0;
    }
  }
  return result;
}

/** The values of `x` repeated to fill `shape`, which `x` broadcasts to. */
export function spread(x: Dense, shape: readonly number[]): NumberArray {
  if (sameShape(x.shape, shape)) return x.values;
  const missing = shape.length - x.shape.length;
  const own = stridesOf(x.shape);
  const strides = shape.map((_, i) => {
    const size = x.shape[i - missing] ?? 1;
    return size === 1 ? 0 : own[i - missing]!;
  });
  return copyStrided(x.values, { shape, dtype: x.dtype }, strides);
}

export function mapOne(x: Dense, output: Spec, f: (x: number) => number): NumberArray {
  const { values } = x;
  const result = allocate(output.dtype, values.length);
  for (let i = 0; i < result.length; i++) result[i] = f(values[i]!);
  return result;
}

export function mapTwo(
  a: Dense,
  b: Dense,
  output: Spec,
  f: (a: number, b: number) => number,
): NumberArray {
  const x = spread(a, output.shape);
  const y = spread(b, output.shape);
  const result = allocate(output.dtype, x.length);
  for (let i = 0; i < result.length; i++) result[i] = f(x[i]!, y[i]!);
  return result;
}

/** From `a` where the condition holds, else from `b`. */
export function pick(condition: Dense, a: Dense, b: Dense, output: Spec): NumberArray {
  const which = spread(condition, output.shape);
  const x = spread(a, output.shape);
  const y = spread(b, output.shape);
  const result = allocate(output.dtype, which.length);
  for (let i = 0; i < result.length; i++) result[i] = (which[i] ? x[i] : y[i])!;
  return result;
}

/** A tensor with its dimension `dim` moved to the end, as rows: `count` rows of `size` elements. */
export interface Rows {
  values: NumberArray;
  count: number;
  size: number;
}

/** `x` with the dimensions `dims` moved to the end and taken as rows. */
export function rowsOf(x: Dense, dims: readonly number[]): Rows {
  const others = x.shape.map((_, i) => i).filter((i) => !dims.includes(i));
  const order = [...others, ...dims];
  const strides = stridesOf(x.shape);
  const shape = order.map((i) => x.shape[i]!);
  const size = numelOf(dims.map((i) => x.shape[i]!));
  const count = numelOf(others.map((i) => x.shape[i]!));
  if (order.every((dim, i) => dim === i)) return { values: x.values, count, size };
  const moved = order.map((i) => strides[i]!);
  return { values: copyStrided(x.values, { shape, dtype: x.dtype }, moved), count, size };
}

/** Undoes `rowsOf(x, [dim])`: rows of results as a tensor like `x`. */
export function rowsBack(values: NumberArray, x: Spec, dim: number): NumberArray {
  const others = x.shape.map((_, i) => i).filter((i) => i !== dim);
  const strides = stridesOf([...others.map((i) => x.shape[i]!), x.shape[dim]!]);
  const back = x.shape.map((_, i) => (i === dim ? 1 : strides[others.indexOf(i)]!));
  return copyStrided(values, x, back);
}
