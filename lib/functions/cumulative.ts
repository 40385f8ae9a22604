/** Sums and products of everything so far. */

import { publicOp } from '../forbid.ts';
import { apply, asVector, checkTensor } from '../tensor/apply.ts';
import { arange } from '../tensor/create.ts';
import { dimIndex } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { le, where } from './arithmetic.ts';
import { prod, widened } from './reduction.ts';

/** Sums of everything up to each place along `dim`. */
export const cumsum = publicOp('cumsum', (x: Tensor, dim: number): Tensor => {
  checkTensor('cumsum', x);
  return asVector(widened(x), (vector) =>
    apply('cumsum', [vector], { dim: dimIndex('cumsum', dim, vector.shape) }),
  );
});

/**
 * Products of everything up to each place along `dim`: each place sees a row of its own, so it
 * takes size² steps.
 */
export const cumprod = publicOp('cumprod', (x: Tensor, dim: number): Tensor => {
  checkTensor('cumprod', x);
  if (x.ndim === 0) return asVector(x, (vector) => cumprod(vector, dim));
  const at = dimIndex('cumprod', dim, x.shape);
  const last = widened(x).transpose(at, -1);
  const size = x.shape[at]!;
  const rows = last.unsqueeze(-2).expand([...last.shape.slice(0, -1), size, size]);
  const places = arange(size);
  const seen = le(places, places.unsqueeze(-1));
  return prod(where(seen, rows, 1), -1).transpose(at, -1);
});
