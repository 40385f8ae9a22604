/**
 * You divided by the length of the whole table as if it were a single long vector. Each row is a
 * vector of its own and has its own length.
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  return a.div(a.norm()).matmul(b.div(b.norm()).T);
}
