/** Operations on shapes that are composed of simpler ones: repeating, rolling, diagonals, products. */

import { publicOp } from '../forbid.ts';
import { asVector, checkTensor } from '../tensor/apply.ts';
import { arange } from '../tensor/create.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { checkList, checkShape, dimIndex, dimIndices, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { mul } from './arithmetic.ts';
import { indexSelect } from './indexing.ts';
import { cat, expand, narrow, permute, reshape, unsqueeze } from './movement.ts';

type Shape = readonly number[];

/**
 * As {@link reshape}. PyTorch's `view` shares memory, and refuses what would need a copy; tensors
 * here never change, so there is nothing to share.
 */
export const view = publicOp('view', (x: Tensor, shape: Shape): Tensor => reshape(x, shape));

/** Dimensions moved to other places, in order; the others keep their order. */
export const movedim = publicOp(
  'movedim',
  (x: Tensor, source: number | Shape, destination: number | Shape): Tensor => {
    checkTensor('movedim', x);
    if (x.ndim === 0) return asVector(x, (vector) => movedim(vector, source, destination));
    const [from, to] = [source, destination].map((dims) => {
      const list = typeof dims === 'number' ? [dims] : dims;
      dimIndices('movedim', list, x.shape); // each once
      return list.map((dim) => dimIndex('movedim', dim, x.shape));
    }) as [number[], number[]];
    if (from.length !== to.length) {
      throw new ShapeError(`movedim: ${from.length} dimensions cannot move to ${to.length} places`);
    }
    const others = x.shape.map((_, i) => i).filter((i) => !from.includes(i));
    const order = x.shape.map((_, place) => {
      const which = to.indexOf(place);
      return which < 0 ? others.shift()! : from[which]!;
    });
    return permute(x, order);
  },
);

/** x as often as `repeats` says along each dimension, new dimensions in front included. */
export const repeat = publicOp('repeat', (x: Tensor, repeats: Shape): Tensor => {
  checkTensor('repeat', x);
  const counts = checkShape('repeat', repeats);
  const missing = counts.length - x.ndim;
  if (missing < 0) {
    throw new ShapeError(
      `repeat: ${show(x.shape)} needs ${x.ndim} or more numbers, got ${show(counts)}`,
    );
  }
  const sizes = counts.map((_, i) => x.shape[i - missing] ?? 1);
  const spread = counts.flatMap((count, i) => [count, sizes[i]!]);
  const single = sizes.flatMap((size) => [1, size]);
  const total = counts.map((count, i) => count * sizes[i]!);
  return reshape(expand(reshape(x, single), spread), total);
});

/** As {@link repeat}, but fewer numbers than dimensions count from the last one (NumPy's `tile`). */
export const tile = publicOp('tile', (x: Tensor, repeats: Shape): Tensor => {
  checkTensor('tile', x);
  checkList('tile', repeats);
  const missing = Math.max(0, x.ndim - repeats.length);
  return repeat(x, [...new Array<number>(missing).fill(1), ...repeats]);
});

/** Each element `times` times in a row along `dim`; of all elements in order where left out. */
export const repeatInterleave = publicOp(
  'repeatInterleave',
  (x: Tensor, times: number, dim?: number): Tensor => {
    checkTensor('repeatInterleave', x);
    checkShape('repeatInterleave', [times]);
    const from = dim === undefined ? reshape(x, [x.numel]) : x;
    const at = dim === undefined ? 0 : dimIndex('repeatInterleave', dim, x.shape);
    const spread = expand(unsqueeze(from, at + 1), from.shape.toSpliced(at + 1, 0, times));
    return reshape(spread, from.shape.with(at, from.shape[at]! * times));
  },
);

/**
 * Elements moved by `shifts` places along `dims`; what leaves at the end comes back in front. Where
 * no dimension is named, x is rolled as one row.
 */
export const roll = publicOp(
  'roll',
  (x: Tensor, shifts: number | Shape, dims?: number | Shape): Tensor => {
    checkTensor('roll', x);
    const by = typeof shifts === 'number' ? [shifts] : shifts;
    if (dims === undefined) {
      if (by.length !== 1) throw new ShapeError('roll: several shifts need as many dimensions');
      return reshape(rolled(reshape(x, [x.numel]), by[0]!, 0), x.shape);
    }
    const along = typeof dims === 'number' ? [dims] : dims;
    if (along.length !== by.length) {
      throw new ShapeError(`roll: ${by.length} shifts do not fit ${along.length} dimensions`);
    }
    return along.reduce((y, dim, i) => rolled(y, by[i]!, dimIndex('roll', dim, x.shape)), x);
  },
);

function rolled(x: Tensor, shift: number, dim: number): Tensor {
  if (!Number.isInteger(shift)) throw new ShapeError(`roll: cannot move by ${shift} places`);
  const size = x.shape[dim]!;
  if (size === 0 || shift % size === 0) return x;
  const start = size - (((shift % size) + size) % size); // from here on goes to the front
  return cat([narrow(x, dim, start, size - start), narrow(x, dim, 0, start)], dim);
}

/**
 * The elements x[i][i + offset] of two dimensions (the first two where left out), as a new last
 * dimension.
 */
export const diagonal = publicOp(
  'diagonal',
  (x: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor => {
    checkTensor('diagonal', x);
    const [a, b] = [dim1, dim2].map((dim) => dimIndex('diagonal', dim, x.shape)) as [
      number,
      number,
    ];
    if (a === b) throw new ShapeError('diagonal: needs two different dimensions');
    const matrices = movedim(x, [a, b], [-2, -1]);
    const [rows, columns] = [x.shape[a]!, x.shape[b]!];
    const [row, column] = [Math.max(0, -offset), Math.max(0, offset)];
    const length = Math.max(0, Math.min(rows - row, columns - column));
    const flat = reshape(matrices, [...matrices.shape.slice(0, -2), rows * columns]);
    const places = arange(length)
      .mul(columns + 1)
      .add(row * columns + column);
    return indexSelect(flat, -1, places);
  },
);

/** A matrix with the vector x on diagonal `k`, or of a matrix that diagonal. */
export const diag = publicOp('diag', (x: Tensor, k = 0): Tensor => {
  checkTensor('diag', x);
  if (x.ndim === 2) return diagonal(x, k);
  if (x.ndim !== 1) throw new ShapeError(`diag: needs a vector or matrix, got ${show(x.shape)}`);
  // rows of n + 1 zeros after each element put the next one a row down and a column right
  const n = x.numel + Math.abs(k);
  const [row, column] = [Math.max(0, -k), Math.max(0, k)];
  const spaced = reshape(unsqueeze(x, 1).padDim(1, 0, n), [x.numel * (n + 1)]);
  const before = row * n + column;
  const padded = spaced.padDim(0, before, n * n); // long enough in any case
  return reshape(narrow(padded, 0, 0, n * n), [n, n]);
});

/** All products of an element of one vector and one of the other, `[a, b]`. */
export const outer = publicOp('outer', (a: Tensor, b: Tensor): Tensor => {
  checkTensor('outer', a);
  checkTensor('outer', b);
  if (a.ndim !== 1 || b.ndim !== 1) {
    throw new ShapeError(`outer: needs two vectors, got ${show(a.shape)} and ${show(b.shape)}`);
  }
  return mul(unsqueeze(a, 1), b);
});

export interface MeshgridOptions {
  /** 'ij', the order of the arguments, or 'xy', the first two swapped. */
  indexing?: 'ij' | 'xy';
}

/** Coordinates on a grid: for vectors of n, m, … elements as many tensors of shape `[n, m, …]`. */
export const meshgrid = publicOp(
  'meshgrid',
  (axes: readonly Tensor[], { indexing = 'ij' }: MeshgridOptions = {}): Tensor[] => {
    for (const axis of axes) {
      checkTensor('meshgrid', axis);
      if (axis.ndim > 1) {
        throw new ShapeError(`meshgrid: needs vectors or numbers, got ${show(axis.shape)}`);
      }
    }
    if (indexing !== 'ij' && indexing !== 'xy') {
      throw new LibraryError(`meshgrid: indexing is 'ij' or 'xy', not '${indexing}'`);
    }
    const places = axes.map((_, i) => (indexing === 'xy' && i < 2 && axes.length > 1 ? 1 - i : i));
    const shape = axes.map((_, i) => axes[places.indexOf(i)]!.numel);
    return axes.map((axis, i) => {
      const own = shape.map((size, dim) => (dim === places[i] ? size : 1));
      return expand(reshape(axis, own), shape);
    });
  },
);
