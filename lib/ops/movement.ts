/** Operations that move elements and compute nothing. */

import { allocate } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { numelOf, show, stridesOf } from '../tensor/shape.ts';
import { copyStrided, spread } from './loops.ts';
import type { Records } from './record.ts';

/** Where an emitter remembers of which matrix this is the transpose. */
export const transposeOf = (name: string): string => `transpose of ${name}`;

export const movement: Records<
  'reshape' | 'permute' | 'expand' | 'narrow' | 'pad' | 'flip' | 'cat'
> = {
  /** The same elements in the same order under another shape. */
  reshape: {
    sizes: ['shape'],
    infer: ([x], { shape }) => {
      if (numelOf(shape) !== numelOf(x!.shape)) {
        throw new ShapeError(
          `reshape: ${show(x!.shape)} has ${numelOf(x!.shape)} elements, ` +
            `${show(shape)} would have ${numelOf(shape)}`,
        );
      }
      return { shape, dtype: x!.dtype };
    },
    gradient: (g, { inputs: [x] }) => [g.reshape(x!.shape)],
    lower: (emit, { names, sizes }) =>
      emit.node('Reshape', [names[0]!, sizes(({ shape }) => shape)], { allowzero: 1 }),
    evaluate: ([x]) => x!.values,
  },

  /** Dimension i of the result is dimension `dims[i]` of the input. */
  permute: {
    infer: ([x], { dims }) => ({ shape: dims.map((dim) => x!.shape[dim]!), dtype: x!.dtype }),
    gradient: (g, { attributes: { dims } }) => [g.permute(dims.map((_, i) => dims.indexOf(i)))],
    lower: (emit, { names, attributes: { dims } }) => {
      const moved = emit.node('Transpose', names, { perm: dims });
      if (dims.join() === '1,0') emit.memo.set(transposeOf(moved), names[0]);
      return moved;
    },
    evaluate: ([x], { dims }, output) => {
      const strides = stridesOf(x!.shape);
      return copyStrided(
        x!.values,
        output,
        dims.map((dim) => strides[dim]!),
      );
    },
  },

  /** Repeats along dimensions of size 1, and along new ones in front. */
  expand: {
    sizes: ['shape'],
    infer: ([x], { shape }) => {
      const missing = shape.length - x!.shape.length;
      const fits = x!.shape.every((size, i) => size === 1 || size === shape[i + missing]);
      if (missing < 0 || !fits) {
        throw new ShapeError(
          `expand: ${show(x!.shape)} does not repeat to ${show(shape)}; ` +
            'only dimensions of size 1 can, and new ones in front',
        );
      }
      return { shape, dtype: x!.dtype };
    },
    gradient: (g, { inputs: [x] }) => [g.sumTo(x!.shape)],
    lower: (emit, { names, sizes }) =>
      emit.node('Expand', [names[0]!, sizes(({ shape }) => shape)]),
    evaluate: ([x], { shape }) => spread(x!, shape),
  },

  /** `length` places along one dimension, from `start` on. */
  narrow: {
    sizes: ['start', 'length'],
    infer: ([x], { dim, length }) => ({ shape: x!.shape.with(dim, length), dtype: x!.dtype }),
    gradient: (g, { inputs: [x], attributes: { dim, start, length } }) => [
      g.padDim(dim, start, x!.shape[dim]! - start - length),
    ],
    lower: (emit, { names, sizes, attributes: { dim } }) => {
      const from = sizes(({ start }) => [start]);
      const to = sizes(({ start, length }) => [start + length]);
      return emit.node('Slice', [names[0]!, from, to, emit.ints([dim])]);
    },
    evaluate: ([x], { dim, start }, output) => {
      const strides = stridesOf(x!.shape);
      return copyStrided(x!.values, output, strides, start * strides[dim]!);
    },
  },

  /** Zeros before and after, along one dimension: the reverse of narrow. */
  pad: {
    sizes: ['before', 'after'],
    infer: ([x], { dim, before, after }) => ({
      shape: x!.shape.with(dim, before + x!.shape[dim]! + after),
      dtype: x!.dtype,
    }),
    gradient: (g, { inputs: [x], attributes: { dim, before } }) => [
      g.narrow(dim, before, x!.shape[dim]!),
    ],
    lower: (emit, { names, inputs: [x], sizes }) => {
      const none = x!.shape.map(() => 0);
      const widths = sizes(({ dim, before, after }) => [
        ...none.with(dim, before),
        ...none.with(dim, after),
      ]);
      return emit.node('Pad', [names[0]!, widths]);
    },
    evaluate: ([x], { dim, before }, output) => {
      const result = allocate(output.dtype, numelOf(output.shape));
      const inner = numelOf(x!.shape.slice(dim + 1));
      const block = x!.shape[dim]! * inner;
      const stride = output.shape[dim]! * inner;
      for (
        let from = 0, to = before * inner;
        from < x!.values.length;
        from += block, to += stride
      ) {
        result.set(x!.values.subarray(from, from + block), to);
      }
      return result;
    },
  },

  /** Reverses the order along some dimensions. */
  flip: {
    infer: ([x]) => x!,
    gradient: (g, { attributes: { dims } }) => [g.flip(dims)],
    lower: (emit, { names, attributes: { dims } }) => {
      const fill = (value: number) => emit.ints(dims.map(() => value));
      // from the last element back to before the first, which ONNX writes as "as far as it goes"
      return emit.node('Slice', [names[0]!, fill(-1), fill(-(2 ** 31)), emit.ints(dims), fill(-1)]);
    },
    evaluate: ([x], { dims }, output) => {
      const strides = stridesOf(x!.shape);
      const turned = strides.map((stride, i) => (dims.includes(i) ? -stride : stride));
      const offset = dims.reduce((sum, dim) => sum + strides[dim]! * (x!.shape[dim]! - 1), 0);
      return copyStrided(x!.values, output, turned, offset);
    },
  },

  /** Several tensors one after another along one dimension. */
  cat: {
    infer: (inputs, { dim }) => {
      const [first] = inputs;
      for (const x of inputs) {
        const fits =
          x.shape.length === first!.shape.length &&
          x.shape.every((size, i) => i === dim || size === first!.shape[i]);
        if (!fits) {
          throw new ShapeError(
            `cat: shapes ${show(first!.shape)} and ${show(x.shape)} ` +
              `differ in more than dimension ${dim}, along which they are joined`,
          );
        }
        if (x.dtype !== first!.dtype) {
          throw new DTypeError(
            `cat: types ${first!.dtype} and ${x.dtype} differ; cast one of them`,
          );
        }
      }
      const size = inputs.reduce((sum, x) => sum + x.shape[dim]!, 0);
      return { shape: first!.shape.with(dim, size), dtype: first!.dtype };
    },
    gradient: (g, { inputs, attributes: { dim } }) => {
      let start = 0;
      return inputs.map((x) => {
        const part = g.narrow(dim, start, x.shape[dim]!);
        start += x.shape[dim]!;
        return part;
      });
    },
    lower: (emit, { names, attributes: { dim } }) => emit.node('Concat', names, { axis: dim }),
    evaluate: (inputs, { dim }, output) => {
      const result = allocate(output.dtype, numelOf(output.shape));
      const inner = numelOf(output.shape.slice(dim + 1));
      const stride = output.shape[dim]! * inner;
      let start = 0;
      for (const x of inputs) {
        const block = x.shape[dim]! * inner;
        for (let from = 0, to = start; from < x.values.length; from += block, to += stride) {
          result.set(x.values.subarray(from, from + block), to);
        }
        start += block;
      }
      return result;
    },
  },
};
