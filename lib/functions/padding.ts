/** Making tensors larger at their edges. */

import { publicOp } from '../forbid.ts';
import { apply, checkTensor, element, scalar } from '../tensor/apply.ts';
import { tensor } from '../tensor/create.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { where } from './arithmetic.ts';
import { indexSelect } from './indexing.ts';
import { expand, narrow } from './movement.ts';

export interface PadOptions {
  /**
   * What is put there: 'constant', the value; 'reflect', the elements mirrored at the edge, which
   * is not repeated; 'replicate', the edge; 'circular', the other end.
   */
  mode?: 'constant' | 'reflect' | 'replicate' | 'circular';
  /** 0 where left out. */
  value?: number;
}

/**
 * x with elements added at both ends of its last dimensions.
 *
 * @param padding how many: `[left, right]` for the last dimension, `[left, right, top, bottom]`
 *   for the last two, and so on; negative numbers cut off
 */
export const pad = publicOp(
  'pad',
  (x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor => {
    checkTensor('pad', x);
    const { mode = 'constant', value = 0 } = options;
    const isValid = Array.isArray(padding) && padding.every(Number.isInteger);
    if (!isValid || padding.length % 2 !== 0 || padding.length > 2 * x.ndim) {
      throw new ShapeError(
        `pad: ${show(x.shape)} needs two numbers for each of up to ${x.ndim} dimensions, ` +
          `got [${String(padding)}]`,
      );
    }
    const pairs = Array.from({ length: padding.length / 2 }, (_, i) => ({
      dim: x.ndim - 1 - i,
      before: padding[2 * i]!,
      after: padding[2 * i + 1]!,
    })).filter(({ before, after }) => before !== 0 || after !== 0);
    const cut = pairs.reduce(cutOff, x);
    if (mode === 'constant') return pairs.reduce((y, pair) => constant(y, pair, value), cut);
    const places = placesBeyond[mode];
    if (places === undefined) {
      const modes = ['constant', ...Object.keys(placesBeyond)].join(', ');
      throw new LibraryError(`pad: no mode '${mode}'; there are ${modes}`);
    }
    return pairs.reduce((y, pair) => fromInside(y, pair, mode, places), cut);
  },
);

interface Pair {
  dim: number;
  before: number;
  after: number;
}

function cutOff(x: Tensor, { dim, before, after }: Pair): Tensor {
  const start = Math.max(0, -before);
  const length = x.shape[dim]! - start - Math.max(0, -after);
  return length === x.shape[dim] ? x : narrow(x, dim, start, length);
}

function constant(x: Tensor, { dim, before, after }: Pair, value: number): Tensor {
  const widths = { dim, before: Math.max(0, before), after: Math.max(0, after) };
  const padded = apply('pad', [x], widths);
  if (value === 0) return padded;
  const line = x.shape.map((size, i) => (i === dim ? size : 1));
  const inside = apply('pad', [expand(scalar(true, 'bool'), line)], widths);
  return where(inside, padded, element('pad', value, x.dtype));
}

/** For a place outside of 0 … size − 1, the place inside whose element is put there. */
const placesBeyond: Record<string, (place: number, size: number) => number> = {
  reflect: (i, size) => (i < 0 ? -i : 2 * (size - 1) - i),
  replicate: (i, size) => (i < 0 ? 0 : size - 1),
  circular: (i, size) => (i < 0 ? i + size : i - size),
};

function fromInside(
  x: Tensor,
  { dim, before, after }: Pair,
  mode: string,
  placeOf: (place: number, size: number) => number,
): Tensor {
  const size = x.shape[dim]!;
  const most = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : Infinity;
  if (size === 0 || Math.max(before, after) > most) {
    throw new ShapeError(
      `pad: dimension ${dim} of ${show(x.shape)} is too small for ${mode} by ${before} and ${after}`,
    );
  }
  const [left, right] = [Math.max(0, before), Math.max(0, after)];
  const places = Array.from({ length: left + size + right }, (_, i) => {
    const place = i - left;
    return place >= 0 && place < size ? place : placeOf(place, size);
  });
  return indexSelect(x, dim, tensor(places, { dtype: 'int64' }));
}
