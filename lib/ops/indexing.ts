/** Operations that look elements up by index, and the one that adds them back. */

import type { NumberArray } from '../tensor/dtype.ts';
import { allocate } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { numelOf, show, stridesOf } from '../tensor/shape.ts';
import type { Dense, Records, Spec } from './record.ts';

/** Index tensors must be of an integer type. */
function checkIndex(op: string, index: Spec): void {
  if (index.dtype !== 'int32' && index.dtype !== 'int64') {
    throw new DTypeError(
      `${op}: indices must be int32 or int64, got ${index.dtype}; cast('int64')`,
    );
  }
}

/** All sizes but that of `dim` must agree. */
function checkAligned(op: string, x: Spec, index: Spec, dim: number): void {
  const fits =
    x.shape.length === index.shape.length &&
    index.shape.every((size, i) => i === dim || size <= x.shape[i]!);
  if (!fits) {
    throw new ShapeError(
      `${op}: indices ${show(index.shape)} do not fit ${show(x.shape)}: they need ` +
        `as many dimensions, and sizes no larger except along dimension ${dim}`,
    );
  }
}

/** The shape and type of x after scattering into it. */
function scattered(op: string, [x, index, source]: readonly Spec[], dim: number): Spec {
  checkIndex(op, index!);
  checkAligned(op, x!, index!, dim);
  if (show(index!.shape) !== show(source!.shape) || x!.dtype !== source!.dtype) {
    throw new ShapeError(
      `${op}: indices ${show(index!.shape)} and source ${show(source!.shape)} ` +
        'must have one shape, and the source the type of what it is put into',
    );
  }
  return x!;
}

/**
 * Calls `visit` with the place of each element of `index`, and the place in `x` that it points at
 * along `dim`.
 */
export function eachIndexed(
  op: string,
  x: Spec,
  index: Dense,
  dim: number,
  visit: (place: number, target: number) => void,
): void {
  const own = stridesOf(index.shape);
  const strides = stridesOf(x.shape);
  for (let place = 0; place < index.values.length; place++) {
    let target = checkedIndex(op, index.values[place]!, dim, x) * strides[dim]!;
    for (let i = 0, rest = place; i < own.length; i++) {
      const at = Math.floor(rest / own[i]!);
      rest -= at * own[i]!;
      if (i !== dim) target += at * strides[i]!;
    }
    visit(place, target);
  }
}

/** Throws where `index` is no place along dimension `dim`. */
export function checkedIndex(op: string, index: number, dim: number, x: Spec): number {
  const size = x.shape[dim]!;
  if (!(index >= 0 && index < size)) {
    throw new ShapeError(
      `${op}: index ${index} is outside dimension ${dim} of ${show(x.shape)}, ` +
        `whose indices are 0 to ${size - 1}`,
    );
  }
  return index;
}

export const indexing: Records<'gather' | 'scatter' | 'scatterAdd' | 'indexSelect'> = {
  /** `result[i][j] = x[index[i][j]][j]` for dim 0; the result has the shape of the index. */
  gather: {
    infer: ([x, index], { dim }) => {
      checkIndex('gather', index!);
      checkAligned('gather', x!, index!, dim);
      return { shape: index!.shape, dtype: x!.dtype };
    },
    gradient: (g, { inputs: [x, index], attributes: { dim } }) => [
      x!.zerosLike().scatterAdd(dim, index!, g),
      null,
    ],
    lower: (emit, { names, attributes: { dim } }) =>
      emit.node('GatherElements', names, { axis: dim }),
    evaluate: ([x, index], { dim }, output) => {
      const result = allocate(output.dtype, index!.values.length);
      eachIndexed('gather', x!, index!, dim, (place, target) => {
        result[place] = x!.values[target]!;
      });
      return result;
    },
  },

  /** x with elements of the source put at the places that the index names. */
  scatter: {
    infer: (inputs, { dim }) => scattered('scatter', inputs, dim),
    gradient: (g, { inputs: [, index], attributes: { dim } }) => [
      g.scatter(dim, index!, 0),
      null,
      g.gather(dim, index!),
    ],
    lower: (emit, { names, attributes: { dim } }) =>
      emit.node('ScatterElements', names, { axis: dim }),
    evaluate: ([x, index, source], { dim }) => {
      const result: NumberArray = x!.values.slice();
      eachIndexed('scatter', x!, index!, dim, (place, target) => {
        result[target] = source!.values[place]!;
      });
      return result;
    },
  },

  /**
   * x with each element of the source added at the place that the index names: the reverse of
   * gather.
   */
  scatterAdd: {
    infer: (inputs, { dim }) => scattered('scatterAdd', inputs, dim),
    gradient: (g, { inputs: [, index], attributes: { dim } }) => [g, null, g.gather(dim, index!)],
    lower: (emit, { names, attributes: { dim } }) =>
      emit.node('ScatterElements', names, { axis: dim, reduction: 'add' }),
    evaluate: ([x, index, source], { dim }) => {
      const result: NumberArray = x!.values.slice();
      eachIndexed('scatterAdd', x!, index!, dim, (place, target) => {
        result[target]! += source!.values[place]!;
      });
      return result;
    },
  },

  /** Whole slices along one dimension, in the order that a list of indices names. */
  indexSelect: {
    infer: ([x, index], { dim }) => {
      checkIndex('indexSelect', index!);
      if (index!.shape.length !== 1) {
        throw new ShapeError(
          `indexSelect: needs a list of indices, got shape ${show(index!.shape)}`,
        );
      }
      return { shape: x!.shape.with(dim, index!.shape[0]!), dtype: x!.dtype };
    },
    gradient: (g, { inputs: [x, index], attributes: { dim } }) => {
      const aligned = x!.shape.map((_, i) => (i === dim ? -1 : 1));
      return [x!.zerosLike().scatterAdd(dim, index!.reshape(aligned).expand(g.shape), g), null];
    },
    lower: (emit, { names, attributes: { dim } }) => emit.node('Gather', names, { axis: dim }),
    evaluate: ([x, index], { dim }, output) => {
      const result = allocate(output.dtype, numelOf(output.shape));
      const inner = numelOf(x!.shape.slice(dim + 1));
      const outer = numelOf(x!.shape.slice(0, dim));
      let to = 0;
      for (let block = 0; block < outer; block++) {
        for (const i of index!.values) {
          const row = block * x!.shape[dim]! + checkedIndex('indexSelect', i, dim, x!);
          result.set(x!.values.subarray(row * inner, (row + 1) * inner), to);
          to += inner;
        }
      }
      return result;
    },
  },
};
