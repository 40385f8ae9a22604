import { type Tensor, where } from '@lectern/lib';

/** Rows of length 1; a row of zeros stays as it is. */
function directions(rows: Tensor): Tensor {
  const largest = rows.abs().max(-1, { keepdim: true }); // [n, 1]
  const sized = rows.div(where(largest.eq(0), 1, largest)); // largest entry ±1: squares are safe
  const length = sized.norm(-1, { keepdim: true }); // [n, 1], at least 1 unless the row is zero
  return sized.div(length.maximum(1));
}

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  return directions(a).matmul(directions(b).T); // [n, d] · [d, m] → [n, m]
}
