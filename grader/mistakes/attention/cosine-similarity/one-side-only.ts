/**
 * You gave the rows of `a` length 1 and left those of `b` as they are. A long row of `b` still
 * scores higher than a short one in the same direction.
 */
import { type Tensor, where } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const largest = a.abs().max(-1, { keepdim: true });
  const sized = a.div(where(largest.eq(0), 1, largest));
  return sized.div(sized.norm(-1, { keepdim: true }).maximum(1)).matmul(b.T);
}
