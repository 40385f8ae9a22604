/** Convolution: the same small linear layer at every place of a sequence. */

import { publicOp } from '../forbid.ts';
import { checkTensor } from '../tensor/apply.ts';
import { arange } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add } from './arithmetic.ts';
import { indexSelect } from './indexing.ts';
import { matmul } from './neural.ts';
import { pad } from './padding.ts';

export interface Conv1dOptions {
  /** Added to each output channel, `[out]`. */
  bias?: Tensor;
  /** Places from one window to the next; 1 where left out. */
  stride?: number;
  /** Zeros at both ends, or 'same' for as many as keep the length. */
  padding?: number | 'same' | 'valid';
  /** Places from one element of a window to the next; 1 where left out. */
  dilation?: number;
  /** Channels fall into so many groups that do not see each other; 1 where left out. */
  groups?: number;
}

/**
 * Sums of the elements in a window that moves along x, weighted by the kernel (as everywhere in
 * networks a cross-correlation: the kernel is not turned round).
 *
 * @param x `[batch, in, length]` or `[in, length]`
 * @param weight `[out, in / groups, kernel]`
 * @returns `[batch, out, places]` or `[out, places]`
 */
export const conv1d = publicOp(
  'conv1d',
  (x: Tensor, weight: Tensor, options: Conv1dOptions = {}): Tensor => {
    checkTensor('conv1d', x);
    checkTensor('conv1d', weight);
    if (x.ndim === 2) return conv1d(x.unsqueeze(0), weight, options).squeeze(0);
    const { bias, stride = 1, dilation = 1, groups = 1 } = options;
    checkSizes(x, weight, stride, dilation, groups);
    if (bias !== undefined && !sameShape(bias.shape, weight.shape.slice(0, 1))) {
      throw new ShapeError(
        `conv1d: weight ${show(weight.shape)} needs bias [${weight.shape[0]}], ` +
          `got ${show(bias.shape)}`,
      );
    }
    const batch = x.shape[0]!;
    const [out, perGroup, kernel] = weight.shape as [number, number, number];
    const padded = padEnds(x, (kernel - 1) * dilation, stride, options.padding ?? 0);
    const reach = (kernel - 1) * dilation + 1;
    const places = Math.floor((padded.shape[2]! - reach) / stride) + 1;
    if (places < 1) {
      throw new ShapeError(
        `conv1d: a kernel that reaches over ${reach} places is longer than ${padded.shape[2]}`,
      );
    }
    // every window side by side, so that one matrix product does the rest
    const window = arange(kernel).mul(dilation).unsqueeze(1).add(arange(places).mul(stride));
    const windows = indexSelect(padded, 2, window.reshape([kernel * places]));
    const columns = windows.reshape([batch, groups, perGroup * kernel, places]);
    const kernels = weight.reshape([groups, out / groups, perGroup * kernel]);
    const result = matmul(kernels, columns).reshape([batch, out, places]);
    return bias === undefined ? result : add(result, bias.unsqueeze(1));
  },
);

function padEnds(
  x: Tensor,
  spread: number,
  stride: number,
  padding: number | 'same' | 'valid',
): Tensor {
  if (padding === 'valid' || padding === 0) return x;
  if (padding !== 'same') {
    if (!Number.isInteger(padding) || padding < 0) {
      throw new ShapeError(`conv1d: padding is 0, 1, …, 'same' or 'valid', not ${padding}`);
    }
    return pad(x, [padding, padding]);
  }
  if (stride !== 1) throw new ShapeError("conv1d: padding 'same' needs a stride of 1");
  const before = Math.floor(spread / 2); // as PyTorch: one more at the end where it is odd
  return pad(x, [before, spread - before]);
}

function checkSizes(
  x: Tensor,
  weight: Tensor,
  stride: number,
  dilation: number,
  groups: number,
): void {
  const fits =
    x.ndim === 3 &&
    weight.ndim === 3 &&
    x.shape[1] === weight.shape[1]! * groups &&
    weight.shape[0]! % groups === 0;
  if (!fits) {
    throw new ShapeError(
      `conv1d: needs x [batch, in, length] and weight [out, in / ${groups}, kernel], ` +
        `got ${show(x.shape)} and ${show(weight.shape)}`,
    );
  }
  for (const [name, value] of Object.entries({ stride, dilation, groups })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ShapeError(`conv1d: ${name} must be 1, 2, …, not ${value}`);
    }
  }
}
