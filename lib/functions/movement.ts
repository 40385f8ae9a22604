/** Operations on shapes: the same elements, arranged otherwise. */

import { publicOp } from '../forbid.ts';
import { apply, asVector, castTo, checkTensor, scalar } from '../tensor/apply.ts';
import { arange } from '../tensor/create.ts';
import { promote } from '../tensor/dtype.ts';
import { ShapeError } from '../tensor/errors.ts';
import {
  checkList,
  checkShape,
  dimIndex,
  dimIndices,
  numelOf,
  sameShape,
  show,
} from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ge, le, where } from './arithmetic.ts';

type Shape = readonly number[];

/**
 * The elements in the same order under another shape; one size may be −1 and is then worked out.
 */
export const reshape = publicOp('reshape', (x: Tensor, shape: Shape): Tensor => {
  checkTensor('reshape', x);
  checkList('reshape', shape);
  const open = shape.indexOf(-1);
  if (open < 0) return apply('reshape', [x], { shape: checkShape('reshape', shape) });
  const known = numelOf(checkShape('reshape', shape.with(open, 1)));
  if (known === 0 || x.numel % known !== 0) {
    throw new ShapeError(
      `reshape: ${show(x.shape)} has ${x.numel} elements, which ${show(shape)} cannot hold ` +
        `whatever size stands for −1`,
    );
  }
  return apply('reshape', [x], { shape: shape.with(open, x.numel / known) });
});

/** Joins the dimensions from `start` to `end` (included) into one. */
export const flatten = publicOp('flatten', (x: Tensor, start = 0, end = -1): Tensor => {
  checkTensor('flatten', x);
  if (x.ndim === 0) return reshape(x, [1]);
  const from = dimIndex('flatten', start, x.shape);
  const to = dimIndex('flatten', end, x.shape);
  if (from > to) throw new ShapeError(`flatten: start ${start} comes after end ${end}`);
  const joined = numelOf(x.shape.slice(from, to + 1));
  return reshape(x, [...x.shape.slice(0, from), joined, ...x.shape.slice(to + 1)]);
});

/** Dimension i of the result is dimension `dims[i]` of x. */
export const permute = publicOp('permute', (x: Tensor, dims: Shape): Tensor => {
  checkTensor('permute', x);
  checkList('permute', dims);
  if (dims.length !== x.ndim) {
    throw new ShapeError(
      `permute: ${show(x.shape)} has ${x.ndim} dimensions, ${show(dims)} names ${dims.length}`,
    );
  }
  dimIndices('permute', dims, x.shape); // each dimension once
  return apply('permute', [x], { dims: dims.map((dim) => dimIndex('permute', dim, x.shape)) });
});

/** Swaps two dimensions. */
export const transpose = publicOp('transpose', (x: Tensor, dim0: number, dim1: number): Tensor => {
  checkTensor('transpose', x);
  if (x.ndim === 0) return asVector(x, (vector) => transpose(vector, dim0, dim1));
  const [a, b] = [dim0, dim1].map((dim) => dimIndex('transpose', dim, x.shape));
  const order = x.shape.map((_, i) => (i === a ? b! : i === b ? a! : i));
  return apply('permute', [x], { dims: order });
});

/**
 * Drops dimensions of size 1: all of them, or those that are named, of which the ones of another
 * size are left as they are.
 */
export const squeeze = publicOp('squeeze', (x: Tensor, dim?: number | Shape): Tensor => {
  checkTensor('squeeze', x);
  const dims = dimIndices('squeeze', dim, x.shape);
  return reshape(
    x,
    x.shape.filter((size, i) => size !== 1 || !dims.includes(i)),
  );
});

/** A new dimension of size 1 at place `dim`. */
export const unsqueeze = publicOp('unsqueeze', (x: Tensor, dim: number): Tensor => {
  checkTensor('unsqueeze', x);
  const at = dimIndex('unsqueeze', dim, [...x.shape, 1]);
  return reshape(x, x.shape.toSpliced(at, 0, 1));
});

/** Repeats along dimensions of size 1 and along new ones in front; −1 keeps a size. */
export const expand = publicOp('expand', (x: Tensor, shape: Shape): Tensor => {
  checkTensor('expand', x);
  checkList('expand', shape);
  const missing = shape.length - x.ndim;
  const full = shape.map((size, i) => (size === -1 ? (x.shape[i - missing] ?? -1) : size));
  return apply('expand', [x], { shape: checkShape('expand', full) });
});

/**
 * Several tensors one after another along `dim`; all other sizes must agree, except that one of
 * shape [0] goes with anything, as in PyTorch.
 */
export const cat = publicOp('cat', (tensors: readonly Tensor[], dim = 0): Tensor => {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new ShapeError('cat: needs at least one tensor, in a list: cat([x, y])');
  }
  for (const x of tensors) checkTensor('cat', x);
  const dtype = tensors.map((x) => x.dtype).reduce(promote);
  const full = tensors.filter(({ shape }) => shape.length !== 1 || shape[0] !== 0);
  const inputs = (full.length > 0 ? full : tensors).map((x) => castTo(x, dtype));
  return apply('cat', inputs, { dim: dimIndex('cat', dim, inputs[0]!.shape) });
});

/** Several tensors of one shape along a new dimension. */
export const stack = publicOp('stack', (tensors: readonly Tensor[], dim = 0): Tensor => {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new ShapeError('stack: needs at least one tensor, in a list: stack([x, y])');
  }
  const [first] = tensors as [Tensor];
  for (const x of tensors) {
    checkTensor('stack', x);
    if (!sameShape(x.shape, first.shape)) {
      throw new ShapeError(`stack: shapes ${show(first.shape)} and ${show(x.shape)} differ`);
    }
  }
  const at = dimIndex('stack', dim, [...first.shape, 1]);
  return cat(
    tensors.map((x) => unsqueeze(x, at)),
    at,
  );
});

/** `length` places along `dim`, from `start` on (counted from the end where negative). */
export const narrow = publicOp(
  'narrow',
  (x: Tensor, dim: number, start: number, length: number): Tensor => {
    checkTensor('narrow', x);
    const at = dimIndex('narrow', dim, x.shape);
    const size = x.shape[at]!;
    const from = start < 0 ? start + size : start;
    const whole = Number.isInteger(from) && Number.isInteger(length);
    if (!whole || from < 0 || length < 0 || from + length > size) {
      throw new ShapeError(
        `narrow: ${length} places from ${start} on do not lie within dimension ${dim} ` +
          `of ${show(x.shape)}, whose size is ${size}`,
      );
    }
    return apply('narrow', [x], { dim: at, start: from, length });
  },
);

/** Pieces of `size` along `dim` (the last may be smaller), or of the listed sizes. */
export const split = publicOp('split', (x: Tensor, size: number | Shape, dim = 0): Tensor[] => {
  checkTensor('split', x);
  const total = x.shape[dimIndex('split', dim, x.shape)]!;
  const sizes = typeof size === 'number' ? evenSizes(total, size) : checkShape('split', size);
  const sum = sizes.reduce((a, b) => a + b, 0);
  if (sum !== total) {
    throw new ShapeError(
      `split: sizes ${show(sizes)} add up to ${sum}, ` +
        `dimension ${dim} of ${show(x.shape)} is ${total}`,
    );
  }
  let start = 0;
  return sizes.map((length) => {
    const piece = narrow(x, dim, start, length);
    start += length;
    return piece;
  });
});

function evenSizes(total: number, size: number): number[] {
  if (total === 0 && size === 0) return [0];
  if (!Number.isInteger(size) || size < 1) {
    throw new ShapeError(`split: pieces must have a size of 1 or more, not ${size}`);
  }
  const count = Math.max(1, Math.ceil(total / size));
  return Array.from({ length: count }, (_, i) => Math.min(size, total - i * size));
}

/**
 * `n` pieces along `dim`, of equal size except that the last may be smaller; as in PyTorch they may
 * be fewer.
 */
export const chunk = publicOp('chunk', (x: Tensor, n: number, dim = 0): Tensor[] => {
  checkTensor('chunk', x);
  if (!Number.isInteger(n) || n < 1)
    throw new ShapeError(`chunk: needs 1 or more pieces, not ${n}`);
  const total = x.shape[dimIndex('chunk', dim, x.shape)]!;
  if (total === 0) return split(x, new Array<number>(n).fill(0), dim);
  return split(x, Math.max(1, Math.ceil(total / n)), dim);
});

/** One place along `dim`, which disappears. */
export const select = publicOp('select', (x: Tensor, dim: number, index: number): Tensor => {
  checkTensor('select', x);
  const at = dimIndex('select', dim, x.shape);
  const size = x.shape[at]!;
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new ShapeError(
      `select: index ${index} is outside dimension ${dim} of ${show(x.shape)}, ` +
        `whose size is ${size}`,
    );
  }
  return reshape(narrow(x, at, index, 1), x.shape.toSpliced(at, 1));
});

/** The order along these dimensions reversed. */
export const flip = publicOp('flip', (x: Tensor, dims: number | Shape): Tensor => {
  checkTensor('flip', x);
  const indices = dimIndices('flip', dims, x.shape);
  return indices.length === 0 ? x : apply('flip', [x], { dims: indices });
});

/**
 * The lower triangle of each matrix, zeros above; `k` moves the diagonal up (or down, where
 * negative).
 */
export const tril = publicOp('tril', (x: Tensor, k = 0): Tensor => {
  const { row, column } = coordinates('tril', x);
  return where(le(column, row.add(k)), x, scalar(0, x.dtype));
});

/**
 * The upper triangle of each matrix, zeros below; `k` moves the diagonal up (or down, where
 * negative).
 */
export const triu = publicOp('triu', (x: Tensor, k = 0): Tensor => {
  const { row, column } = coordinates('triu', x);
  return where(ge(column, row.add(k)), x, scalar(0, x.dtype));
});

/** Row numbers `[rows, 1]` and column numbers `[columns]` of a matrix. */
function coordinates(op: string, x: Tensor): { row: Tensor; column: Tensor } {
  checkTensor(op, x);
  if (x.ndim < 2) throw new ShapeError(`${op}: needs a matrix, got shape ${show(x.shape)}`);
  const rows = x.shape.at(-2)!;
  return { row: arange(rows).reshape([rows, 1]), column: arange(x.shape.at(-1)!) };
}
