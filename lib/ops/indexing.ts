/** Operations that look elements up by index, and the one that adds them back. */

import { apply } from '../tensor/apply.ts';
import type { NumberArray } from '../tensor/dtype.ts';
import { allocate } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { numelOf, show, stridesOf } from '../tensor/shape.ts';
import type { Dense, Emitter, LoweringContext, OpName, Records, Spec } from './record.ts';

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

/**
 * ONNX counts negative indices from the end, where they are mistakes here; so they are made too large,
 * which ONNX Runtime refuses. Places that an operation has found itself are right.
 */
function lowerIndices(emit: Emitter, { names, inputs }: LoweringContext<object>): string {
  const [name, index] = [names[1]!, inputs[1]! as Spec & { op?: OpName | null }];
  if (index.op === 'topk' || index.op === 'argmax') return name;
  const key = `indices ${name}`;
  const known = emit.memo.get(key) as string | undefined;
  if (known !== undefined) return known;
  const isNegative = emit.node('Less', [name, emit.scalar(0, index.dtype)]);
  const checked = emit.node('Where', [isNegative, emit.scalar(2 ** 31 - 1, index.dtype), name]);
  emit.memo.set(key, checked);
  return checked;
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
      apply('scatterAdd', [x!.zerosLike(), index!, g], { dim, known: true }),
      null,
    ],
    lower: (emit, context) => {
      const inputs = [context.names[0]!, lowerIndices(emit, context)];
      return emit.node('GatherElements', inputs, { axis: context.attributes.dim });
    },
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
    lower: (emit, context) => {
      const { names, attributes } = context;
      const inputs = [names[0]!, lowerIndices(emit, context), names[2]!];
      return emit.node('ScatterElements', inputs, { axis: attributes.dim });
    },
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
    lower: (emit, context) => {
      const { names, attributes } = context;
      const indices = attributes.known ? names[1]! : lowerIndices(emit, context);
      const settings = { axis: attributes.dim, reduction: 'add' };
      return emit.node('ScatterElements', [names[0]!, indices, names[2]!], settings);
    },
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
      const aligned = index!.reshape(x!.shape.map((_, i) => (i === dim ? -1 : 1)));
      const inputs = [x!.zerosLike(), aligned.expand(g.shape), g];
      return [apply('scatterAdd', inputs, { dim, known: true }), null];
    },
    lower: (emit, context) => {
      const inputs = [context.names[0]!, lowerIndices(emit, context)];
      return emit.node('Gather', inputs, { axis: context.attributes.dim });
    },
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
