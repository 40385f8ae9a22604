/**
 * Operations that run along a dimension and combine what they meet.
 * Dimensions that are reduced stay with size 1; a reshape afterwards drops them where they are not
 * wanted.
 */

import { apply, constant } from '../tensor/apply.ts';
import { allocate } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { rowsBack, rowsOf } from './loops.ts';
import { type Emitter, type OpRecord, onnxType, type Records, type Spec } from './record.ts';

type Dims = { dims: number[] };

function reduced(x: Spec, dims: readonly number[]): number[] {
  return x.shape.map((size, i) => (dims.includes(i) ? 1 : size));
}

/** A reduction of each row to one number. */
function reduction(
  name: string,
  onnx: string,
  start: number,
  f: (sum: number, x: number) => number,
  gradient: OpRecord<Dims>['gradient'],
): OpRecord<Dims> {
  return {
    infer: ([x], { dims }) => {
      if (x!.dtype === 'bool') throw new DTypeError(`${name}: needs numbers, got bool; cast first`);
      return { shape: reduced(x!, dims), dtype: x!.dtype };
    },
    gradient,
    lower: (emit, { names, attributes: { dims } }) =>
      dims.length === 0
        ? names[0]!
        : emit.node(onnx, [names[0]!, emit.ints(dims)], { keepdims: 1 }),
    evaluate: ([x], { dims }, output) => {
      const { values, count, size } = rowsOf(x!, dims);
      const result = allocate(output.dtype, count);
      for (let row = 0; row < count; row++) {
        let total = start;
        for (let i = row * size; i < (row + 1) * size; i++) total = f(total, values[i]!);
        result[row] = total;
      }
      return result;
    },
  };
}

const max = reduction('max', 'ReduceMax', -Infinity, Math.max, (g, context) => {
  const { inputs, output, attributes } = context;
  // equal maxima share the gradient evenly
  const isMax = inputs[0]!.eq(output).cast('float32');
  return [isMax.div(isMax.sum(attributes.dims, { keepdim: true })).mul(g)];
});

export const reduce: Records<'sum' | 'max' | 'prod' | 'argmax' | 'cumsum' | 'softmax'> = {
  sum: reduction(
    'sum',
    'ReduceSum',
    0,
    (sum, x) => sum + x,
    (g, { inputs: [x] }) => [g.expand(x!.shape)],
  ),

  max: {
    ...max,
    infer: (inputs, attributes) => {
      const [x] = inputs;
      if (attributes.dims.some((dim) => x!.shape[dim] === 0)) {
        throw new ShapeError(`max: ${show(x!.shape)} has nothing to choose from along a dimension`);
      }
      return max.infer(inputs, attributes);
    },
    lower: (emit, context) => {
      const { names, inputs, attributes } = context;
      const largest = max.lower(emit, context);
      if (inputs[0]!.dtype !== 'float32' || attributes.dims.length === 0) return largest;
      // ONNX Runtime loses NaN on the way
      const [, anyNaN] = whereNaN(emit, names[0]!, attributes.dims);
      return emit.node('Where', [anyNaN, emit.scalar(NaN, 'float32'), largest]);
    },
  },

  prod: reduction(
    'prod',
    'ReduceProd',
    1,
    (product, x) => product * x,
    // by each element the product of all others, without dividing, since some may be 0
    (g, { inputs: [x], attributes: { dims } }) => {
      const [dim] = dims as [number]; // `prod` takes them one by one
      const after = productBefore(x!.flip([dim]), dim).flip([dim]);
      return [productBefore(x!, dim).mul(after).mul(g)];
    },
  ),

  /** The place of the largest element along one dimension; of the first of several. */
  argmax: {
    infer: ([x], { dim }) => {
      if (x!.dtype === 'bool') throw new DTypeError('argmax: needs numbers, got bool; cast first');
      if (x!.shape[dim] === 0) {
        throw new ShapeError(`argmax: ${show(x!.shape)} has nothing to choose from`);
      }
      return { shape: reduced(x!, [dim]), dtype: 'int64' };
    },
    gradient: () => [null],
    lower: (emit, { names, inputs: [x], attributes: { dim } }) => {
      const place = (name: string) => emit.node('ArgMax', [name], { axis: dim, keepdims: 1 });
      if (x!.dtype !== 'float32') return place(names[0]!);
      // ONNX Runtime passes over NaN
      const [nan, anyNaN] = whereNaN(emit, names[0]!, [dim]);
      return emit.node('Where', [anyNaN, place(nan), place(names[0]!)]);
    },
    evaluate: ([x], { dim }, output) => {
      const { values, count, size } = rowsOf(x!, [dim]);
      const result = allocate(output.dtype, count);
      for (let row = 0; row < count; row++) {
        let best = 0;
        for (let i = 1; i < size; i++) {
          if (isLarger(values[row * size + i]!, values[row * size + best]!)) best = i;
        }
        result[row] = best;
      }
      return result;
    },
  },

  /** Sums of everything up to each place along one dimension. */
  cumsum: {
    infer: ([x]) => {
      if (x!.dtype === 'bool') throw new DTypeError('cumsum: needs numbers, got bool; cast first');
      return x!;
    },
    gradient: (g, { attributes: { dim } }) => [g.flip([dim]).cumsum(dim).flip([dim])],
    lower: (emit, { names, attributes: { dim } }) =>
      emit.node('CumSum', [names[0]!, emit.scalar(dim, 'int64')]),
    evaluate: ([x], { dim }) => {
      const { values, count, size } = rowsOf(x!, [dim]);
      const sums = allocate(x!.dtype, values.length);
      for (let row = 0; row < count; row++) {
        let total = 0;
        for (let i = row * size; i < (row + 1) * size; i++) sums[i] = total += values[i]!;
      }
      return rowsBack(sums, x!, dim);
    },
  },

  /**
   * eˣ / Σ eˣ along one dimension. It could be composed; as one operation a step of training a
   * small GPT takes 11 % less.
   */
  softmax: {
    infer: ([x]) => x!,
    // one weight grows at the cost of the others: dx = p ∘ (g − Σ g ∘ p)
    gradient: (g, { output: p, attributes: { dim } }) => {
      const shared = g.mul(p).sum(dim, { keepdim: true });
      return [p.mul(g.sub(shared))];
    },
    lower: (emit, { names, attributes: { dim } }) => emit.node('Softmax', names, { axis: dim }),
    evaluate: ([x], { dim }) => {
      const { values, count, size } = rowsOf(x!, [dim]);
      const weights = allocate(x!.dtype, values.length);
      for (let row = 0; row < count; row++) {
        const [from, to] = [row * size, (row + 1) * size];
        // taking the maximum off changes nothing in the result and keeps exp from overflowing
        let max = -Infinity;
        for (let i = from; i < to; i++) max = Math.max(max, values[i]!);
        let total = 0;
        for (let i = from; i < to; i++) total += weights[i] = Math.exp(values[i]! - max);
        for (let i = from; i < to; i++) weights[i]! /= total;
      }
      return rowsBack(weights, x!, dim);
    },
  },
};

/** For each place along `dim` the product of all places before it, in log₂(size) steps. */
function productBefore(x: Tensor, dim: number): Tensor {
  const size = x.shape[dim]!;
  if (size === 0) return x;
  const moved = (y: Tensor, by: number) => {
    const ones = constant(1, x.dtype).expand(x.shape.with(dim, by));
    return apply('cat', [ones, y.narrow(dim, 0, size - by)], { dim });
  };
  let product = moved(x, 1); // of one place
  for (let reach = 1; reach < size; reach *= 2) product = product.mul(moved(product, reach));
  return product;
}

/** 1 where x is NaN, else 0; and whether there is one along the dimensions. */
function whereNaN(emit: Emitter, x: string, dims: readonly number[]): [nan: string, any: string] {
  const nan = emit.node('Cast', [emit.node('IsNaN', [x])], { to: onnxType.int32 });
  const most = emit.node('ReduceMax', [nan, emit.ints(dims)], { keepdims: 1 });
  return [nan, emit.node('Cast', [most], { to: onnxType.bool })];
}

/** NaN counts as the largest of all, as in PyTorch. */
function isLarger(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}
