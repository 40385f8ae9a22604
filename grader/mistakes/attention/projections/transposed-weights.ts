/**
 * You multiplied by the transposed matrices. Look at the shapes: the width of `x` is its number of
 * columns, and the matrices come as `[dModel, dKey]`, so their rows already meet it. Many
 * libraries store a layer as `[out, in]` and have to turn it; here the matrices are ready for row
 * vectors.
 */
import type { Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  return { q: x.matmul(wq.T), k: x.matmul(wk.T), v: x.matmul(wv.T) };
}
